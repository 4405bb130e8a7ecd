import path from 'node:path';
import { packageVsix } from './package.mjs';

let packed: Promise<string> | undefined;

/** The VSIX of what is in dist/, packed once per test process. */
export function builtVsix(): Promise<string> {
  const file = path.resolve(__dirname, `../artifacts/test-${String(process.pid)}.vsix`);
  return (packed ??= packageVsix(file).then(() => file));
}
