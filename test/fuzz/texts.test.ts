import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import assert from 'node:assert/strict';
import { after } from 'node:test';
import fc from 'fast-check';
import { sessionOrder, sessionRestriction } from '../../src/engine';
import { parseDefinition } from '../../src/engine/definition';
import { DataJointError } from '../../src/engine/errors';
import { loadSettings } from '../../src/engine/settings';
import { fuzz, refusesOrReads, textOf } from './fuzz';

const definitions = textOf('# comment\n', 'subject', ' : ', 'varchar(30)', 'int32', '---\n', '-> Session\n', '-> [nullable] A.proj(b="c")\n', '=null', '= "x"', 'index (a, b)\n', 'unique index (a)\n', '<blob@store>', 'enum("a","b")', 'decimal(6,2)', '\n', '"', "'", '(', ')', ',', ' # ');
const restrictions = textOf('HOST', 'USER', ' LIKE ', '"%x%"', ' = ', ' > ', '600', ' AND ', ' OR ', ' NOT ', ' IN ', '(', ')', ',', ' IS NULL', '`', "'", '"', '\\', '--', '/*', '*/', ';');

fuzz('definitions', definitions, 3000, (text) => refusesOrReads(() => parseDefinition(text, 'Trace')));
fuzz('restrictions of sessions', restrictions, 4000, (text) => refusesOrReads(() => sessionRestriction(text)));
fuzz('orders of sessions', textOf('time', ' desc', ' asc', 'host', ',', ' ', '`', ';'), 1000, (text) => refusesOrReads(() => sessionOrder(text)));

const folder = mkdtempSync(path.join(tmpdir(), 'djw-fuzz-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const secret = 'hunter2hunter2';
const names = ['database.host', 'database.port', 'database.use_tls', 'database.server_key', 'embedded.file', 'embedded.durability', 'jobs.version_method', 'stores.main.protocol', 'safemode', 'database', 'stores', 'jobs', 'custom'];
const settings = fc.oneof(
  fc.dictionary(fc.constantFrom(...names), fc.oneof(fc.jsonValue(), fc.constant(secret)), { maxKeys: 6 }).map((values) => JSON.stringify({ ...values, 'database.password': secret })),
  textOf('{', '}', '"database"', ':', '"host"', ',', '"x"', '[', ']', 'null', '1e999', secret, '\n', '\\u0000', '__proto__'),
);

fuzz('settings files', settings, 600, (text) => {
  writeFileSync(path.join(folder, 'datajoint.json'), text);
  try {
    loadSettings({ cwd: folder, env: {}, systemSecrets: path.join(folder, 'none') });
  } catch (error) {
    assert.ok(error instanceof DataJointError, String(error));
    // A value in the place of another is named; the text of a file that is no JSON is not.
    if (/is not valid JSON/.test(error.message)) assert.ok(!error.message.includes(secret), error.message);
  }
});
