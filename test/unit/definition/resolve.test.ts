import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TableName, TableSpec } from '../../../src/engine/database';
import { classNameOf, compareSpecs, describeTable, parseDefinition, resolveDefinition } from '../../../src/engine/definition';
import { DefinitionError } from '../../../src/engine/errors';

const tables = new Map<string, TableSpec>();

/** Resolves a definition against the tables made before, and keeps it under its class name. */
function make(className: string, table: string, definition: string, schema = 'ephys'): TableSpec {
  const spec = resolveDefinition(parseDefinition(definition, className), { schema, table }, (line) => {
    const parent = tables.get(line.target);
    assert.ok(parent, line.target);
    return parent;
  });
  tables.set(className, spec);
  return spec;
}

const className = (name: TableName): string => classNameOf(name.table);
const parentOf = (name: TableName): TableSpec | null =>
  [...tables.values()].find((spec) => spec.name.table === name.table && spec.name.schema === name.schema) ?? null;
const describeSpec = (spec: TableSpec): string => describeTable(spec, parentOf, className);
const names = (spec: TableSpec): string[] => spec.attributes.map(({ name, inKey }) => (inKey ? `*${name}` : name));
const attribute = (spec: TableSpec, name: string) => spec.attributes.find((one) => one.name === name);

make('Subject', 'subject', 'subject_id : varchar(12) # as on the cage\n---\nsex : enum("F","M")', 'lab');
make('Session', 'session', '-> Subject\nsession_idx : int32 # counts from 1\n---\nday : date');
tables.set('master', make('Peaks', '__peaks', '-> Session\n---\nn : int32'));

describe('resolveDefinition', () => {
  it('takes over the primary key of the parent: type, comment, lineage', () => {
    const trace = make('Trace', '__trace', '-> Session\n---\ngain = 1 : float64');
    assert.deepEqual(names(trace), ['*subject_id', '*session_idx', 'gain']);
    assert.deepEqual(attribute(trace, 'subject_id'), {
      name: 'subject_id',
      declaredType: 'varchar(12)',
      column: { kind: 'varchar', length: 12 },
      codec: null,
      inKey: true,
      nullable: false,
      autoIncrement: false,
      default: null,
      comment: 'as on the cage',
      lineage: 'lab.subject.subject_id',
    });
    assert.equal(attribute(trace, 'session_idx')?.lineage, 'ephys.session.session_idx');
    assert.equal(attribute(trace, 'gain')?.lineage, null);
    assert.deepEqual(trace.foreignKeys, [
      {
        parent: { schema: 'ephys', table: 'session' },
        columns: [
          { child: 'subject_id', parent: 'subject_id' },
          { child: 'session_idx', parent: 'session_idx' },
        ],
      },
    ]);
  });

  it('renames, several references to one parent, nullable and unique', () => {
    const pair = make(
      'Pair',
      'pair',
      "-> Session.proj(first_idx='session_idx')\n-> Session.proj(second_idx='session_idx')\n---\n-> [nullable, unique] Subject.proj(owner='subject_id')",
    );
    assert.deepEqual(names(pair), ['*subject_id', '*first_idx', '*second_idx', 'owner']);
    assert.equal(pair.foreignKeys.length, 3);
    assert.equal(attribute(pair, 'second_idx')?.lineage, 'ephys.session.session_idx');
    const owner = attribute(pair, 'owner');
    assert.deepEqual([owner?.nullable, owner?.default, owner?.lineage], [true, { kind: 'null' }, 'lab.subject.subject_id']);
    assert.deepEqual(pair.indexes, [{ unique: true, attributes: ['owner'] }]);
  });

  it('reuses an attribute that is defined already, and keeps it in the key', () => {
    const reused = make('Reused', 'reused', 'subject_id : varchar(12) # my own words\nn : int32\n---\n-> Subject\nx : int8');
    assert.deepEqual(names(reused), ['*subject_id', '*n', 'x']);
    assert.deepEqual([attribute(reused, 'subject_id')?.comment, attribute(reused, 'subject_id')?.lineage], ['my own words', 'lab.subject.subject_id']);
    assert.equal(reused.foreignKeys.length, 1);
  });

  it('makes a table without primary key attributes hold one row', () => {
    const one = make('Config', 'config', '---\nrate : float64');
    assert.deepEqual(names(one), ['*_singleton', 'rate']);
    assert.equal(attribute(one, '_singleton')?.comment, 'singleton primary key');
    assert.equal(describeSpec(one).trim().split('\n')[0], '---');
  });

  it('invents a lineage for a parent that has none, as datajoint-python does', () => {
    const old = make('Old', 'old', 'old_id : int32');
    tables.set('Old', { ...old, attributes: old.attributes.map((one) => ({ ...one, lineage: null })) });
    assert.equal(make('New', 'new', '-> Old').attributes[0]?.lineage, 'ephys.old.old_id');
  });

  const refused: readonly (readonly [string, number, RegExp])[] = [
    ['-> Session\nsubject_id : int32', 2, /"subject_id" is int32 here and varchar\(12\) in the other place/],
    ['subject_id : varchar(13)\n-> Session', 2, /varchar\(13\) here and varchar\(12\).*\.proj\(new_name='subject_id'\)/],
    ["-> Session.proj(a='sesion_idx')", 1, /Session has no attribute "sesion_idx"\. Did you mean session_idx\?/],
    ["-> Session.proj(session_idx='subject_id')", 1, /new name "session_idx" is a primary key attribute/],
    ['-> Session\n---\nindex (subjct_id)', 3, /no attribute "subjct_id"\. Did you mean subject_id\?/],
    ['-> Config', 1, /Config has no primary key that a reference could take over/],
  ];
  for (const [definition, line, pattern] of refused) {
    it(`refuses ${definition.replaceAll('\n', ' / ')}`, () => {
      assert.throws(
        () => make('Bad', 'bad', definition),
        (error) => error instanceof DefinitionError && error.line === line && error.message.startsWith(`Bad, line ${line}, `) && pattern.test(error.message),
      );
    });
  }

  it('refuses two counters', () => {
    assert.throws(() => make('Bad', 'bad', 'a : int auto_increment\nb : int auto_increment'), /Bad: "a" and "b" are auto_increment/);
  });
});

describe('describeTable', () => {
  const definitions: readonly (readonly [string, string])[] = [
    ['a plain reference', '-> Session\n---\nx : int32'],
    ['a part', '-> master\npeak_idx : int32\n---\nheight : float64 # mV'],
    ['options and renames', "-> Session\n---\n-> [nullable, unique] Session.proj(a='subject_id', b='session_idx')\nx = 'it''s' : varchar(9)"],
    ['a counter', 'id : bigint auto_increment\n---\nt = CURRENT_TIMESTAMP(3) : datetime(3)'],
    ['an attribute with words of its own under a reference', 'subject_id : varchar(12) # mine\n-> Subject\n---\nx : int8'],
    ['indexes', 'id : int32\n---\na : int8\nb : int8\nindex (a, b)\nunique index (b)'],
  ];
  for (const [what, definition] of definitions) {
    it(`tells ${what}`, () => {
      const spec = make('Sample', '__peaks__sample', definition);
      const again = make('Again', '__peaks__sample', describeSpec(spec));
      assert.deepEqual(again, spec);
    });
  }

  it('reads like a definition that a person wrote', () => {
    const spec = make('Nice', 'nice', "# Nice things\n-> Session\n---\n-> [nullable] Subject.proj(owner='subject_id')\ngain = 1.5 : float64 # of the amplifier\ntrace : <blob>");
    assert.equal(
      describeSpec(spec),
      [
        '# Nice things',
        '-> Session',
        '---',
        "-> [nullable] Subject.proj(owner='subject_id')",
        'gain = 1.5           : float64                  # of the amplifier',
        'trace                : <blob>',
        '',
      ].join('\n'),
    );
  });

  it('tells references of parents that nobody knows', () => {
    const spec = make('Lone', 'lone', '-> Session\n---\nx : int8');
    assert.equal(describeTable(spec, () => null, className).split('\n')[0], '-> Session');
  });

  it('says where a foreign key is no reference', () => {
    const spec = make('Odd', 'odd', 'subject_id : varchar(12)\n---\nx : int8');
    const foreign = { ...spec, foreignKeys: [{ parent: { schema: 'ephys', table: 'session' }, columns: [{ child: 'subject_id', parent: 'subject_id' }] }] };
    assert.match(describeSpec(foreign), /# \(subject_id\) refers to a part of the key of Session/);
    assert.doesNotMatch(describeSpec(foreign), /->/);
  });
});

describe('compareSpecs', () => {
  const base = 'id : int32\nidx : int16\n---\nn_samples : int32\nname = "x" : varchar(9)\n-> [nullable] Subject\nindex (n_samples)';
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['nothing', base, []],
    ['comments, order of secondary attributes', `# other\n${base.replace('n_samples : int32', 'n_samples : int32 # many')}`, []],
    ['another spelling of a type', base.replace('n_samples : int32', 'n_samples : int'), []],
    ['a type', base.replace('n_samples : int32', 'n_samples : int64'), ['n_samples: int32 in the code, int64 in the database']],
    ['a codec', base.replace('n_samples : int32', 'n_samples : <blob>').replace('index (n_samples)', ''), ['n_samples: int32 in the code, <blob> in the database', 'index (n_samples): only in the code']],
    ['a missing attribute', base.replace('name = "x" : varchar(9)', ''), ['name: only in the code']],
    ['one attribute more', `${base}\nextra : int8`, ['extra: only in the database']],
    ['a default', base.replace('"x"', '"y"'), ['name: default "x" in the code, default "y" in the database']],
    ['no default', base.replace('= "x"', ''), ['name: default "x" in the code, no default in the database']],
    ['null', base.replace('"x"', 'null'), ['name: not nullable in the code, nullable in the database']],
    ['the key', base.replace('idx : int16\n---', '---\nidx : int16'), ['idx: in the primary key in the code, below --- in the database']],
    ['the order of the key', base.replace('id : int32\nidx : int16', 'idx : int16\nid : int32'), ['primary key: (id, idx) in the code, (idx, id) in the database']],
    ['a reference', base.replace('-> [nullable] Subject', 'subject_id = null : varchar(12)'), ['reference (subject_id) -> lab.subject: only in the code']],
    ['an index', base.replace('index (n', 'unique index (n'), ['index (n_samples): only in the code', 'unique index (n_samples): only in the database']],
  ];
  const code = make('Compared', 'compared', base);
  for (const [what, definition, lines] of cases) {
    it(`tells ${what}`, () => {
      assert.deepEqual(compareSpecs(code, make('Stored', 'compared', definition)), lines);
    });
  }

  it('does not mind the index that a server adds behind a reference, nor hidden attributes', () => {
    const stored = {
      ...code,
      indexes: [...code.indexes, { unique: false, attributes: ['subject_id'] }],
      attributes: [...code.attributes, ...code.attributes.slice(0, 1).map((one) => ({ ...one, name: '_job_version', inKey: false }))],
    };
    assert.deepEqual(compareSpecs(code, stored), []);
  });

  it('takes a tinyint for the bool that a server stores as one, but not an int8', () => {
    const [bool, tinyint, int8] = ['bool', 'tinyint', 'int8'].map((type) => make('B', 'b', `id : int32\n---\nx : ${type}`));
    assert.ok(bool && tinyint && int8);
    assert.deepEqual(compareSpecs(bool, tinyint), []);
    assert.deepEqual(compareSpecs(int8, tinyint), []);
    assert.deepEqual(compareSpecs(bool, int8), ['x: bool in the code, int8 in the database']);
  });

  it('does not mind defaults that a server spells in its own way', () => {
    const [one, other] = ['1.5', '1.500'].map((text) => make('D', 'd', `id : int32\n---\nx = ${text} : decimal(5,3)`));
    assert.ok(one && other);
    const spelled = { ...other, attributes: other.attributes.map((a) => (a.name === 'x' ? { ...a, default: { kind: 'literal' as const, text: '1.5' } } : a)) };
    assert.deepEqual(compareSpecs(one, spelled), []);
  });
});
