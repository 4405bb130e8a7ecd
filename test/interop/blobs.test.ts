// Values of numpy that a TypeScript make() hands on.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as dj from '../../src/engine';
import { bridgeOnServer } from './bridge';
import { python23, runPython } from './python';

describe(`values that datajoint-python ${python23.version} wrote`, { skip: python23.absent }, () => {
  const place = bridgeOnServer();

  it('are what they were when TypeScript has fetched and inserted them', async () => {
    const { server, connection } = place;
    const { values } = (await runPython(python23, 'blob_copies.py', server, { schema: 'copies' })) as { values: number };
    const schema = dj.schema('copies', { connection });
    class Raw extends dj.Entry {
      static override readonly definition: string = 'n : int32\n---\nv : <blob>';
    }
    class Copy extends dj.Compute {
      static override readonly definition: string = '-> Raw\n---\nv : <blob>';
      async make(key: dj.Key) {
        await this.insert1({ ...key, v: await Raw.restrict(key).fetch1('v') });
      }
    }
    for (const table of [Raw, Copy]) schema(table);
    assert.equal((await Copy.populate()).successCount, values);
    const compared = (await runPython(python23, 'blob_copies.py', server, { schema: 'copies', compare: true })) as { raw: unknown[]; copied: unknown[]; same: boolean[] };
    assert.deepEqual(compared.copied, compared.raw);
    assert.deepEqual(compared.same, Array.from({ length: values }, () => true));
  });
});
