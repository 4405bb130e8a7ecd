import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { bridgeOnServer, quiet, temporaryLab } from './bridge';
import { python014, python23 } from './python';

Object.assign(process.env, quiet);

/**
 * Type, as the definition has it, and values as Python writes them. Without `time`, and in 0.14 without integers beyond
 * 2^63 and double quotes: datajoint-python itself cannot populate such keys.
 */
type Column = readonly [type: string, ...values: string[]];

const shared: Readonly<Record<string, Column>> = {
  text: ['varchar(40)', `"plain"`, `"it's 100% \\"quoted\\" \\\\ \u00fcn\u00efcode"`, `""`],
  fixed: ['char(3)', `"abc"`, `"x"`, `"%s?"`],
  choice: [`enum('one', 'two words', 'it?s')`, `"one"`, `"two words"`, `"it?s"`],
  money: ['decimal(20,4)', `Decimal("1.5")`, `Decimal("-1234567890123456.0001")`, `Decimal("0")`],
  day: ['date', `date(2026, 1, 31)`, `date(1000, 1, 1)`, `date(9999, 12, 31)`],
  moment: ['datetime', `datetime(2026, 1, 31, 23, 59, 59)`, `datetime(1000, 1, 1)`, `datetime(2026, 3, 29, 2, 30)`],
  fine: ['datetime(6)', `datetime(2026, 1, 31, 23, 59, 59, 1)`, `datetime(2026, 1, 1, 0, 0, 0, 999999)`, `datetime(2026, 1, 1)`],
  id: ['uuid', `UUID("00000000-0000-0000-0000-000000000001")`, `UUID(int=2**128 - 1)`, `UUID("12345678-1234-5678-1234-567812345678")`],
};

const of23: Readonly<Record<string, Column>> = {
  ...shared,
  tiny: ['int8', '-128', '127', '0'],
  small: ['int16', '-32768', '32767', '0'],
  whole: ['int32', '-2147483648', '2147483647', '0'],
  long: ['int64', '-2**63', '2**63 - 1', '2**53 + 1'],
  wide: ['bigint unsigned', '2**64 - 1', '0', '2**53 + 1'],
  flag: ['bool', 'True', 'False', 'True'],
  real: ['float64', '0.1', '-1e300', '3.0'],
};

const of014: Readonly<Record<string, Column>> = {
  ...shared,
  text: ['varchar(40)', `"plain"`, `"it's 100% \\\\ \u00fcn\u00efcode"`, `""`],
  tiny: ['tinyint', '-128', '127', '0'],
  long: ['bigint', '-2**63', '2**63 - 1', '2**53 + 1'],
  wide: ['bigint unsigned', '2**63 - 1', '0', '2**53 + 1'],
  flag: ['bool', '1', '0', '1'],
  real: ['double', '0.1', '-1e300', '3.0'],
};

const pipeline = (schema: string, columns: Readonly<Record<string, Column>>): string => `
import json, os
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
import datajoint as dj

dj.config["database.use_tls"] = False
if os.environ.get("DJ_PORT"):
    dj.config["database.port"] = int(os.environ["DJ_PORT"])
schema = dj.Schema("${schema}")

@schema
class Source(dj.Manual):
    definition = """
${Object.entries(columns)
  .map(([name, [type]]) => `    ${name} : ${type}`)
  .join('\n')}
    """

@schema
class Result(dj.Computed):
    definition = """
    -> Source
    ---
    note : varchar(8)
    """

    def make(self, key):
        with open("keys.jsonl", "a") as out:
            out.write(json.dumps({name: [type(value).__name__, repr(value)] for name, value in key.items()}) + "\\n")
        assert len(Source & key) == 1
        self.insert1(dict(key, note="made"))

if __name__ == "__main__":
    if not Source():
        Source.insert([
${[0, 1, 2].map((row) => `            {${Object.entries(columns).map(([name, values]) => `"${name}": ${values[row + 1] ?? ''}`).join(', ')}},`).join('\n')}
        ])
    Result.populate()
`;

for (const [version, python, columns] of [['2.3', python23, of23], ['0.14', python014, of014]] as const) {
  describe(`keys of every type arrive as datajoint-python ${version} has them`, { skip: python.absent }, () => {
    const place = bridgeOnServer();

    it('the same type and the same value, from the queue and directly', async (context) => {
      const lab = await temporaryLab(context, python, place.server, place.connection, { 'keys.py': pipeline('all_types', columns) });
      const recorded = (): string[] => {
        const file = path.join(lab.folder, 'keys.jsonl');
        const lines = readFileSync(file, 'utf8').trim().split('\n');
        rmSync(file);
        // The order of the attributes is that of the heading on both sides, that of the keys is anyone's.
        return lines.sort();
      };
      await lab.run('keys.py');
      const native = recorded();
      assert.equal(native.length, 3);
      const { table } = await lab.open('Result');
      for (const reserveJobs of [true, false]) {
        await place.server.sql('DELETE FROM all_types.__result');
        const { successCount, errorList } = await table.populate({ reserveJobs, suppressErrors: true });
        assert.deepEqual([successCount, errorList], [3, []]);
        assert.deepEqual(recorded().map((line) => JSON.parse(line) as object), native.map((line) => JSON.parse(line) as object));
      }
    });
  });
}
