import { rmSync } from 'node:fs';
import path from 'node:path';
import { packageVsix } from './package.mjs';

let packed: Promise<string> | undefined;

/** The VSIX of what is in dist/, packed once per test process and removed when that ends. */
export function builtVsix(): Promise<string> {
  const file = path.resolve(__dirname, `../artifacts/test-${String(process.pid)}.vsix`);
  packed ??= packageVsix(file).then(() => {
    process.once('exit', () => rmSync(file, { force: true }));
    return file;
  });
  return packed;
}
