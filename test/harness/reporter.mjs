// A reporter for `node --test`: prints each failure as it happens, and writes as JSON to the file named by DJW_RESULTS,
// whenever a file ran to its end, the totals, and those of each such file: what is known stays known when a run is stopped.
// A test counts for the file that was run, wherever it is written.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';

function describe({ name, file, line, details }) {
  const where = file === undefined ? '' : `  (${path.relative(process.cwd(), file)}:${line})`;
  const error = details.error?.cause ?? details.error;
  const text = error instanceof Error || typeof error === 'object' ? inspect(error) : String(error);
  return `  ✗ ${name}${where}\n${text.replaceAll(/^/gm, '      ')}\n`;
}

/** A suite or file that failed only because a test inside it did: the test has been told already. */
const isEcho = ({ details }) => details.error?.failureType === 'subtestsFailed';

export default async function* reporter(source) {
  const failures = [];
  const skips = [];
  const files = {};
  const totals = { passed: 0, failed: 0, skipped: 0 };
  for await (const { type, data } of source) {
    const skipped = data.skip ?? data.todo;
    if (type === 'test:fail' && !isEcho(data)) {
      totals.failed += 1;
      const text = describe(data);
      failures.push({ name: data.name, file: data.file, text });
      yield text;
    } else if (type === 'test:pass' && skipped !== undefined) {
      totals.skipped += 1;
      skips.push({ name: data.name, file: data.file, reason: skipped });
      yield `  - skipped: ${data.name}${typeof skipped === 'string' ? ` (${skipped})` : ''}\n`;
    } else if (type === 'test:pass' && data.details.type !== 'suite') {
      totals.passed += 1;
    } else if (type === 'test:summary') {
      const { counts, duration_ms: milliseconds, file } = data;
      if (file !== undefined) {
        const failed = counts.failed + counts.cancelled;
        files[file] = { passed: counts.passed, failed, skipped: counts.skipped + counts.todo, seconds: Math.round(milliseconds / 1000) };
      }
      writeFileSync(process.env.DJW_RESULTS, JSON.stringify({ ...totals, files, failures, skips }, null, 2));
    }
  }
}
