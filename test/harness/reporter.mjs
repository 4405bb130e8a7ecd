// A reporter for `node --test`: prints each failure as it happens, and writes the totals, also of each file, as JSON to the file
// named by DJW_RESULTS when all is done.
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
  let totals = { passed: 0, failed: 1, skipped: 0 };
  for await (const { type, data } of source) {
    if (type === 'test:fail' && !isEcho(data)) {
      const text = describe(data);
      failures.push({ name: data.name, file: data.file, text });
      yield text;
    } else if (type === 'test:pass' && (data.skip !== undefined || data.todo !== undefined)) {
      skips.push({ name: data.name, file: data.file, reason: data.skip ?? data.todo });
      yield `  - skipped: ${data.name}${typeof data.skip === 'string' ? ` (${data.skip})` : ''}\n`;
    } else if (type === 'test:summary') {
      const { passed, failed, cancelled, skipped, todo } = data.counts;
      const counts = { passed, failed: failed + cancelled, skipped: skipped + todo };
      if (data.file === undefined) totals = counts;
      else files[data.file] = counts;
    }
  }
  writeFileSync(process.env.DJW_RESULTS, JSON.stringify({ ...totals, files, failures, skips }, null, 2));
}
