// `npm test [-- STAGE…]` or `npm test -- --only STAGE,STAGE`: everything, or the named stages, on a machine that has only
// Node >= 20 and npm. The last line is the total; the exit code is 0 when nothing failed. With CI=true a skip is a failure.
import { runUnderProjectNode } from './install.mjs';

const usage = 'Usage: npm test [-- STAGE…]   or   npm test -- --only STAGE,STAGE';

/** The names asked for; empty means all. Null for arguments that make no sense. */
function parse(args) {
  const names = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index];
    if (arg === '--only') names.push(...(args[(index += 1)] ?? '').split(','));
    else if (arg.startsWith('-')) return null;
    else names.push(arg);
  }
  return names;
}

function totalsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

async function main() {
  await runUnderProjectNode();
  const { runStage, stages, testFiles } = await import('./stages.mjs');

  const names = parse(process.argv.slice(2));
  const unknown = names?.filter((name) => !stages.some((stage) => stage.name === name));
  if (names === null || unknown.length > 0) {
    const stageNames = stages.map((stage) => stage.name).join(', ');
    console.error(`${unknown?.length ? `No stage is called ${unknown.join(', ')}. ` : ''}${usage}\nStages: ${stageNames}`);
    process.exitCode = 2;
    return;
  }
  // Tests may start what is built, so the build comes along with any of them.
  const scriptsOnly = stages.every((stage) => stage.script !== undefined || !names.includes(stage.name));
  const chosen = stages.filter(
    ({ name }) => names.length === 0 || names.includes(name) || (name === 'build' && !scriptsOnly),
  );

  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const stage of chosen) {
    const files = await testFiles(stage);
    if (stage.script === undefined && files.length === 0) continue;
    const started = Date.now();
    const totals = await runStage(stage, files);
    for (const key of Object.keys(total)) total[key] += totals[key];
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`${stage.name.padEnd(12)} ${totalsLine(totals)}  (${seconds} s)`);
    if (stage.name === 'build' && totals.failed > 0) break;
  }
  if (process.env.CI === 'true' && total.skipped > 0) {
    console.log(`CI=true: the ${total.skipped} skipped count as failed.`);
    total.failed += total.skipped;
    total.skipped = 0;
  }
  console.log(totalsLine(total));
  process.exitCode = total.failed > 0 ? 1 : 0;
}

await main();
