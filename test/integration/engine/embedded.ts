import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as dj from '../../../src/engine';
import type { OpenDatabase } from './describeEngine';

/** Opens embedded databases, each in a folder of its own. */
export function embedded(options: dj.OpenOptions = {}): OpenDatabase {
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'djw-engine-'));
    const spec = { kind: 'embedded', file: join(folder, 'embedded.db'), durability: 'normal' } as const;
    const connection = new dj.Connection(await dj.openDatabase(spec, options));
    return {
      connection,
      spec,
      cleanup: async () => {
        await connection.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  };
}
