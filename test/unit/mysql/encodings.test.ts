import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Script } from 'node:vm';
import { build } from 'esbuild';
import { leanMysql } from '../../../esbuild.leanMysql.mjs';
import { encodings } from '../../harness/encodings';

/** What stands in the bundles for the package that mysql2 reads texts of other character sets with. */
async function bundled(): Promise<(encoding: string) => (bytes: Uint8Array) => string> {
  const { outputFiles } = await build({
    stdin: { contents: "module.exports = require('iconv-lite')", resolveDir: __dirname },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'iconv',
    plugins: [leanMysql],
  });
  const text = outputFiles[0]?.text ?? '';
  const iconv: unknown = new Script(`${text}; iconv`).runInThisContext();
  assert.ok(typeof iconv === 'object' && iconv !== null && 'getDecoder' in iconv);
  const getDecoder = iconv.getDecoder as (encoding: string) => { write(bytes: Uint8Array): string; end(): string };
  return (encoding) => (bytes) => {
    const decoder = getDecoder(encoding);
    return decoder.write(bytes) + decoder.end();
  };
}

test('the bundles read plain text in every encoding that mysql2 can name', async () => {
  const decoder = await bundled();
  assert.ok(encodings.length > 30);
  for (const encoding of encodings) {
    // Two or four bytes for each character.
    if (/^(ucs2|utf16|utf16-le|utf32)$/.test(encoding)) continue;
    assert.equal(decoder(encoding)(Buffer.from('Rows matched: 3')), 'Rows matched: 3', encoding);
  }
  for (const encoding of ['utf16', 'utf16-le', 'utf32', 'no-such-encoding'])
    assert.equal(typeof decoder(encoding)(Buffer.from('ab')), 'string', encoding);
  assert.equal(decoder('cesu8')(Buffer.from('ë≥')), 'ë≥');
});
