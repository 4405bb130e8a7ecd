// `npm test [-- STAGE…] [--servers all|NAME,NAME]`: everything, or the named stages, on a machine that has only Node >= 20 and
// npm. The last line is the total; the exit code is 0 when nothing failed. With CI=true a skip is a failure.
import { runUnderProjectNode } from './install.mjs';

function totalsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

async function main() {
  await runUnderProjectNode();
  const { runStage, runsOf, stages } = await import('./stages.mjs');
  const { readArguments, usage } = await import('./arguments.mjs');

  let asked;
  try {
    asked = readArguments(process.argv.slice(2), stages.map(({ name }) => name));
  } catch (error) {
    console.error(`${error.message}\n${usage}`);
    process.exitCode = 2;
    return;
  }
  const { stages: names, servers } = asked;
  // Tests may start what is built, so the build comes along with any of them.
  const scriptsOnly = stages.every((stage) => stage.script !== undefined || !names.includes(stage.name));
  const chosen = stages.filter(
    ({ name }) => names.length === 0 || names.includes(name) || (name === 'build' && !scriptsOnly),
  );

  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const stage of chosen) {
    let failed = 0;
    for (const run of await runsOf(stage, servers)) {
      const started = Date.now();
      const totals = await runStage(run);
      failed += totals.failed;
      for (const key of Object.keys(total)) total[key] += totals[key];
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      console.log(`${run.title().padEnd(28)} ${totalsLine(totals)}  (${seconds} s)`);
    }
    if (stage.name === 'build' && failed > 0) break;
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
