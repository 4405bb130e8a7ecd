// A reporter for `node --test`: prints each failure as it happens, and writes the totals, and those of each file, as JSON to
// the file named by DJW_RESULTS when all is done. A file that ended before its tests had is a failure of that file.
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
  const count = ({ file = '' }, what) => {
    files[file] ??= { passed: 0, failed: 0, skipped: 0 };
    files[file][what] += 1;
  };
  for await (const { type, data } of source) {
    if (type === 'test:fail' && !isEcho(data)) {
      count(data, 'failed');
      const text = describe(data);
      failures.push({ name: data.name, file: data.file, text });
      yield text;
    } else if (type === 'test:pass' && data.details.type !== 'suite' && data.skip === undefined && data.todo === undefined) {
      count(data, 'passed');
    } else if (type === 'test:pass' && (data.skip !== undefined || data.todo !== undefined)) {
      count(data, 'skipped');
      skips.push({ name: data.name, file: data.file, reason: data.skip ?? data.todo });
      yield `  - skipped: ${data.name}${typeof data.skip === 'string' ? ` (${data.skip})` : ''}\n`;
    }
  }
  const sum = (what) => Object.values(files).reduce((total, counts) => total + counts[what], 0);
  const totals = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
  writeFileSync(process.env.DJW_RESULTS, JSON.stringify({ ...totals, files, failures, skips }, null, 2));
}
