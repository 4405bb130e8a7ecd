import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { TableName, TableSpec } from '../../../src/engine/database';
import { classNameOf, compareSpecs, describeTable, formatType, parseDefinition, parseType, resolveDefinition } from '../../../src/engine/definition';
import { DataJointError, DefinitionError } from '../../../src/engine/errors';
import { childDefinition, columnType, table, unordered } from './arbitraryTable';

// The same cases every time.
fc.configureGlobal({ seed: 20_260_131 });

const className = (name: TableName): string => classNameOf(name.table);
const one: TableName = { schema: 'lab', table: 'subject' };
const two: TableName = { schema: 'ephys', table: '__trace' };
const child: TableName = { schema: 'ephys', table: '__peaks' };

const noParents = (): TableSpec => {
  throw new Error('no reference expected');
};

describe('types', () => {
  it('are read back from what formatType writes', () => {
    fc.assert(fc.property(columnType, (column) => assert.deepEqual(parseType(formatType(column)).column, column)), { numRuns: 500 });
  });

  it('keep their spelling when they are read again', () => {
    fc.assert(
      fc.property(columnType, (column) => {
        const { declaredType } = parseType(formatType(column));
        assert.equal(parseType(declaredType).declaredType, declaredType);
      }),
    );
  });
});

describe('a described table', () => {
  it('without references reads back as it was', () => {
    fc.assert(
      fc.property(table(one), (spec) => {
        const text = describeTable(spec, () => null, className);
        const again = resolveDefinition(parseDefinition(text, 'Subject'), one, noParents);
        assert.deepEqual(unordered(again), unordered(spec), text);
        assert.deepEqual(compareSpecs(again, spec), []);
      }),
      { numRuns: 500 },
    );
  });

  it('with references reads back as it was, with its parents at hand', () => {
    let described = 0;
    fc.assert(
      fc.property(
        fc.tuple(table(one), table(two)).chain((parents) => fc.tuple(fc.constant(parents), childDefinition(parents, className))),
        ([parents, definition]) => {
          const byClass = (target: string): TableSpec => {
            const found = parents.find((parent) => className(parent.name) === target);
            assert.ok(found, target);
            return found;
          };
          let spec: TableSpec;
          try {
            spec = resolveDefinition(parseDefinition(definition, 'Peaks'), child, (line) => byClass(line.target));
          } catch (error) {
            // Two parents may give one name to different types, which has to be refused.
            if (error instanceof DefinitionError && /in the other place|new name/.test(error.message)) return;
            throw error;
          }
          described += 1;
          const parentOf = (name: TableName): TableSpec | null => parents.find((parent) => parent.name === name) ?? null;
          const text = describeTable(spec, parentOf, className);
          const again = resolveDefinition(parseDefinition(text, 'Peaks'), child, (line) => byClass(line.target));
          assert.deepEqual(unordered(again), unordered(spec), `${definition}\n=== described as\n${text}`);
          assert.deepEqual(compareSpecs(again, spec), []);
        },
      ),
      { numRuns: 1000 },
    );
    assert.ok(described > 500, `only ${described} definitions could be resolved`);
  });
});

describe('any text as a definition', () => {
  const piece = fc.oneof(
    fc.constantFrom('a', 'b : int32', ' : ', '->', 'Parent', '---', '\n', '# ', '[nullable]', '.proj(', "x='y'", ')', '(', "'", '"', '=', 'null', 'enum(', '<blob>', 'index (', ', ', 'varchar(10)', 'unique '),
    fc.string({ maxLength: 6 }),
  );

  it('is read, or refused with the name of the table', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        try {
          parseDefinition(pieces.join(''), 'Trace');
        } catch (error) {
          assert.ok(error instanceof DataJointError && error.code === 'definition', String(error));
          assert.match(error.message, /^Trace(, line \d+, ".*")?: \S/s);
        }
      }),
      { numRuns: 5000 },
    );
  });
});
