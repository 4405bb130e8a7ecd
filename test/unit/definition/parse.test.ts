import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDefinition, parseType, type AttributeLine, type IndexLine, type ReferenceLine } from '../../../src/engine/definition';
import { DefinitionError } from '../../../src/engine/errors';

function onlyLine(text: string): AttributeLine | ReferenceLine | IndexLine {
  const line = parseDefinition(`id : int32\n---\n${text}`, 'Trace').lines[1];
  assert.ok(line);
  return line;
}

function attributeOf(text: string): AttributeLine {
  const line = onlyLine(text);
  assert.ok(line.kind === 'attribute');
  return line;
}

function referenceOf(text: string): ReferenceLine {
  const line = onlyLine(text);
  assert.ok(line.kind === 'reference');
  return line;
}

describe('parseDefinition', () => {
  it('reads comment, key, attributes, references and indexes with their lines', () => {
    const parsed = parseDefinition(
      `
      # Recorded sessions: one per day

      -> Subject
      session_idx : int32   # counts from 1
      # a remark that is nobody's
      ------
      -> [nullable] lab.Rig
      gain = 1.5 : float32
      index (gain)
      `,
      'Session',
    );
    assert.equal(parsed.comment, 'Recorded sessions: one per day');
    assert.deepEqual(
      parsed.lines.map((line) => [line.kind, line.line, line.kind === 'index' ? null : line.inKey]),
      [['reference', 4, true], ['attribute', 5, true], ['reference', 8, false], ['attribute', 9, false], ['index', 10, null]],
    );
    assert.deepEqual(parsed.warnings, []);
  });

  it('reads lines that end as on Windows, and no table comment when the first line is something else', () => {
    const parsed = parseDefinition('id : int32\r\n# later\r\n---\r\nx : bool\r\n', 'Trace');
    assert.equal(parsed.comment, '');
    assert.equal(parsed.lines.length, 2);
  });

  it('warns of a server\'s own types and says what to use', () => {
    const { warnings } = parseDefinition('id : int unsigned\n---\nn : int32', 'Trace');
    assert.deepEqual(warnings, ["Trace, line 1: id: int unsigned is a type of the server's own; int32 works alike on every database."]);
  });

  const literal = (text: string): unknown => ({ kind: 'literal', text });
  /** Line, default, type, comment. */
  const attributes: readonly (readonly [string, unknown, string, string])[] = [
    ['x:int8', null, 'int8', ''],
    ['x : int8 # a # b', null, 'int8', 'a # b'],
    ['x = 5 : int8', literal('5'), 'int8', ''],
    ['x : int8 = 5', literal('5'), 'int8', ''],
    ['x : int8 = +05 # five', literal('5'), 'int8', 'five'],
    ['x = null : int8', { kind: 'null' }, 'int8', ''],
    ['x : <blob> = NULL', { kind: 'null' }, '<blob>', ''],
    ['x = "null" : varchar(4)', literal('null'), 'varchar(4)', ''],
    ["x = 'it''s' : varchar(10)", literal("it's"), 'varchar(10)', ''],
    ['x = "a:b # c = d" : varchar(20)', literal('a:b # c = d'), 'varchar(20)', ''],
    ['x = hello world : varchar(20)', literal('hello world'), 'varchar(20)', ''],
    ['x = "" : varchar(20)  # it\'s -> "empty"', literal(''), 'varchar(20)', 'it\'s -> "empty"'],
    ['x = "a,b" : enum("a,b", \'c)#d\')', literal('a,b'), 'enum("a,b", \'c)#d\')', ''],
    ['x = CURRENT_TIMESTAMP : datetime', { kind: 'now', precision: 0 }, 'datetime', ''],
    ['x = current_timestamp(3) : datetime(3)', { kind: 'now', precision: 3 }, 'datetime(3)', ''],
    ['x = CURRENT_TIMESTAMP() : timestamp', { kind: 'now', precision: 0 }, 'timestamp', ''],
    ['x = "2026-01-31 14:05" : datetime(1)', literal('2026-01-31 14:05:00.0'), 'datetime(1)', ''],
    ['x = 2026-01-31 : date', literal('2026-01-31'), 'date', ''],
    ['x = true : bool', literal('1'), 'bool', ''],
    ['x = 1.5 : decimal( 5, 3 )', literal('1.500'), 'decimal(5,3)', ''],
    ['x = 1e-3 : float64', literal('0.001'), 'float64', ''],
    ['x = -1 : tinyint', literal('-1'), 'tinyint', ''],
    ['x : Decimal(5,3)', null, 'decimal(5,3)', ''],
    ['x : VARCHAR (20)', null, 'varchar(20)', ''],
    ['x : <blob@cold>', null, '<blob@cold>', ''],
    ['index : int8', null, 'int8', ''],
  ];
  for (const [text, value, type, comment] of attributes) {
    it(`reads ${text}`, () => {
      const line = attributeOf(text);
      assert.deepEqual([line.default, line.declaredType, line.comment], [value, type, comment]);
      assert.equal(line.nullable, line.default?.kind === 'null');
    });
  }

  for (const [text, value] of [['1e3', '1000'], ['5.0', '5'], ['+1.50e2', '150'], ['-0', '0'], ['0e5', '0'], ['2E+2', '200'], ['00120', '120']] as const) {
    it(`reads ${text} as a whole number, as a server does`, () => {
      const [line] = parseDefinition(`id = ${text} : int`, 'T').lines;
      assert.ok(line?.kind === 'attribute');
      assert.deepEqual(line.default, { kind: 'literal', text: value });
    });
  }

  it('says of a native blob that it keeps raw bytes, and what keeps more', () => {
    const [warning] = parseDefinition('id : int32\n---\nv = null : blob', 'T').warnings;
    assert.match(warning ?? '', /blob is a type of the server's own, for raw bytes only \(<blob> keeps arrays and objects\); bytes works alike/);
  });

  it('reads an automatic counter', () => {
    const [line] = parseDefinition('id : bigint unsigned auto_increment', 'T').lines;
    assert.ok(line?.kind === 'attribute');
    assert.deepEqual([line.declaredType, line.autoIncrement], ['bigint unsigned', true]);
  });

  /** Line, target, renames, options. */
  const references: readonly (readonly [string, string, Record<string, string> | null, string])[] = [
    ['-> Parent', 'Parent', null, ''],
    ['->Parent # why', 'Parent', null, ''],
    ['-> lab.Parent', 'lab.Parent', null, ''],
    ['-> pipeline.ephys.Peaks.Peak', 'pipeline.ephys.Peaks.Peak', null, ''],
    ['-> master', 'master', null, ''],
    ['-> `lab`.`#method`', '`lab`.`#method`', null, ''],
    ['-> Parent()', 'Parent', null, ''],
    ['-> [nullable] Parent', 'Parent', null, 'nullable'],
    ['-> [unique] Parent', 'Parent', null, 'unique'],
    ['-> [ Unique ,NULLABLE ] Parent', 'Parent', null, 'nullable unique'],
    ["-> Parent.proj(new='old')", 'Parent', { new: 'old' }, ''],
    ['-> Parent.proj( a = "b" , c=\'d\' )  # why', 'Parent', { a: 'b', c: 'd' }, ''],
    ["-> Parent.proj('x', ..., new='old')", 'Parent', { new: 'old' }, ''],
    ["-> lab.Parent().proj(new='old')", 'lab.Parent', { new: 'old' }, ''],
    ["-> Stim.proj(leftStim='stim')", 'Stim', { leftStim: 'stim' }, ''],
    ['-> Parent.proj()', 'Parent', {}, ''],
  ];
  for (const [text, target, renames, options] of references) {
    it(`reads ${text}`, () => {
      const line = referenceOf(text);
      assert.equal(line.target, target);
      assert.deepEqual(line.projection, renames === null ? null : { renames });
      assert.equal([line.nullable ? 'nullable' : '', line.unique ? 'unique' : ''].filter(Boolean).join(' '), options);
    });
  }

  const indexes: readonly (readonly [string, boolean, readonly string[]])[] = [
    ['index (a)', false, ['a']],
    ['INDEX(a,b) # for speed', false, ['a', 'b']],
    ['unique  index ( a , b )', true, ['a', 'b']],
    ["index (a, (json_value(`doc`, '$.x, y' returning char(20))))", false, ['a', "(json_value(`doc`, '$.x, y' returning char(20)))"]],
  ];
  for (const [text, unique, attributesOf] of indexes) {
    it(`reads ${text}`, () => {
      assert.deepEqual(onlyLine(text), { kind: 'index', line: 3, unique, attributes: attributesOf });
    });
  }
});

describe('parseDefinition refuses, naming table, line and fix', () => {
  /** What stands in line 3, below the key, and what the message says of it. */
  const cases: readonly (readonly [string, RegExp])[] = [
    ['gian int8', /no colon between name and type\. Write "gian : int8"/],
    ['gain', /no colon and no type\. Write "gain : int32"/],
    ['gain :', /no type after the colon/],
    [': int8', /no name before the colon/],
    ['gain : in32', /unknown type "in32"\. Did you mean int32\?/],
    ['gain : flaot64', /Did you mean float64\?/],
    ['gain : string', /Did you mean varchar\(255\)\?/],
    ['gain : uint16', /Did you mean smallint unsigned\?/],
    ['gain : varchr(20)', /Did you mean varchar\(255\)\?/],
    ['gain : quaternion', /Known are int8, int16/],
    ['gain : <blbo>', /no codec <blbo> is registered\. Did you mean <blob>\?/],
    ['gain : <nonsense>', /Known are <attach>, <blob>/],
    ['gain : <object>', /write <object@> or <object@store>/],
    ['gain : <blob', /not a codec\. Write <name>/],
    ['gain : varchar', /needs the number of characters.*varchar\(20\)/],
    ['gain : varchar(0)', /1 to 65535/],
    ['gain : char(300)', /1 to 255/],
    ['gain : varchar(20', /parenthesis of varchar\(… is never closed/],
    ['gain : datetime(7)', /0 to 6/],
    ['gain : decimal(5,)', /number of all digits/],
    ['gain : dec(66)', /number of all digits/],
    ['gain : int24', /unknown type "int24"/],
    ['gain : tinyinteger', /unknown type "tinyinteger"/],
    ['gain : serial unsigned', /"unsigned" after serial is not understood/],
    ['gain : int auto_increment unsigned', /"auto_increment unsigned" after int is not understood/],
    ['gain : int zerofill', /"zerofill" after int is not understood/],
    ['gain : double zerofill', /"zerofill" after double is not understood/],
    ['gain : double precision', /"precision" after double is not understood/],
    ['gain : decimal(5,2) zerofill unsigned', /"zerofill unsigned" after decimal is not understood/],
    ['gain : blob unsigned', /"unsigned" after blob is not understood/],
    ['gain = -1 : decimal(5,2) unsigned', /is below 0/],
    ['gain = "x" : blob', /can only have the default null/],
    ['gain = 1.5 : int8', /is not a whole number/],
    ['gain = 1e-3 : int8', /is not a whole number/],
    ['gain = 1e3 : int8', /is not a whole number from -128/],
    ['gain : decimal(5,6)', /number of all digits/],
    ['gain : int32(5)', /int32 takes nothing in parentheses/],
    ['gain : int32 unsigned', /Write int unsigned/],
    ['gain : int64 auto_increment', /Write bigint auto_increment/],
    ['gain : int32 ms', /"ms" after int32 is not understood.*comment begins with #/],
    ['gain : double auto_increment', /only whole numbers/],
    ['gain : enum', /enum needs its values/],
    ['gain : enum(a, b)', /enum value a is not in quotes/],
    ["gain : enum('a',)", /after the last comma/],
    ["gain : enum('a', 'a')", /"a" stands there twice/],
    ["gain : enum('a", /quote 'a is never closed/],
    ['gain = "a : varchar(5)', /quote "a : varchar\(5\) is never closed/],
    ['Gain : int8', /"Gain" may hold only lower-case.*Write gain/],
    ['SpikeTime : int8', /Write spike_time/],
    ['spike-time : int8', /Write spike_time/],
    ['_gain : int8', /begins with an underscore.*Write gain/],
    ['2x : int8', /begins with a letter/],
    ['a b : int8', /Write a_b/],
    [`${'g'.repeat(65)} : int8`, /has 65 characters, and 64/],
    ['id : int8', /"id" is defined already in line 1/],
    ['gain = 300 : int8', /the default 300 of "gain" is not a whole number from -128 to 127/],
    ['gain = 1.5 : int8', /default 1\.5 of "gain" is not a whole number/],
    ['gain = abc : float64', /default abc of "gain" is not a number/],
    ['gain = maybe : bool', /not true or false/],
    ["gain = 'z' : enum('x','y')", /is not one of "x", "y"/],
    ['gain = "abcdef" : varchar(3)', /has 6 characters/],
    ['gain = 2026-02-30 : date', /not a day of the calendar/],
    ['gain = 2026-01-31 14:05:00 : datetime', /needs quotes/],
    ['gain = 1 : <blob>', /can only have the default null/],
    ['gain = "" : longblob', /can only have the default null/],
    ['gain = "{}" : json', /can only have the default null/],
    ['gain = "x" : text', /can only have the default null/],
    ['gain = "x" : uuid', /can only have the default null/],
    ['gain = CURRENT_TIMESTAMP : date', /needs the type datetime/],
    ['gain = CURRENT_TIMESTAMP : datetime(3)', /Write CURRENT_TIMESTAMP\(3\)/],
    ['gain = now() : datetime', /Write CURRENT_TIMESTAMP/],
    ['gain = : int8', /no value after "="/],
    ['gain = 1 : int8 = 2', /two defaults/],
    ["gain = 'a' b' : varchar(9)", /never closed|one quoted text/],
    ['gain = 5 : bigint auto_increment', /counts by itself/],
    ['gain : int8 # :uuid:', /comment must not begin with a colon/],
    [`gain : int8 # ${'x'.repeat(1100)}`, /comment is too long/],
    ['--', /three dashes or more/],
    ['---', /second ---/],
    ['--- more', /only dashes/],
    ['-> [nulable] Parent', /unknown option "nulable" in \[\.\.\]\. Did you mean nullable\?/],
    ['-> [primary] Parent', /Known are nullable and unique/],
    ['-> [nullable Parent', /never closed/],
    ['->', /no table after the arrow/],
    ['-> Parent & "x=1"', /"& "x=1"" after Parent is not understood/],
    ['-> Parent.aggr(x)', /not understood/],
    ["-> Parent.proj(new='old'", /parenthesis of proj\( is never closed/],
    ['-> Parent.proj(new=old)', /Write proj\(new='old'\)/],
    ["-> Parent.proj(new='a+b')", /can only rename/],
    ["-> Parent.proj(_new='old')", /"_new" may hold only letters/],
    ["-> Parent.proj(2nd='old')", /"2nd" may hold only letters/],
    ["-> Parent.proj(a='x', a='y')", /new name "a" twice/],
    ["-> Parent.proj(a='x', b='x')", /renames "x" twice/],
    ["-> Parent.proj(a='x') more", /"more" after proj/],
    ['x -> Parent', /a reference begins with its arrow/],
    ['index ()', /no attribute between/],
    ['index (a,)', /no attribute between/],
    ['index (a', /never closed/],
    ['index (a b)', /"a b" in the index is no attribute/],
    ['index (a, a)', /"a" stands twice/],
    ['index (a) b', /"b" after the index/],
  ];
  for (const [text, pattern] of cases) {
    it(text.slice(0, 60), () => {
      assert.throws(
        () => parseDefinition(`id : int32\n---\n${text}`, 'Trace'),
        (error) => {
          assert.ok(error instanceof DefinitionError);
          assert.equal(error.line, 3);
          assert.ok(error.message.startsWith(`Trace, line 3, "${text}": `), error.message);
          assert.match(error.message, pattern);
          assert.match(error.message, /[.?]$/);
          return true;
        },
      );
    });
  }

  const keyCases: readonly (readonly [string, RegExp])[] = [
    ['x = null : int8', /in the primary key and cannot be null/],
    ['x : <blob>', /primary key, which cannot hold <blob>/],
    ['x : json', /cannot hold json/],
    ['x : text', /cannot hold text/],
    ['-> [nullable] Parent', /primary key cannot be nullable/],
    ['# :x', /comment of the table must not begin with a colon/],
  ];
  for (const [text, pattern] of keyCases) {
    it(`in the key: ${text}`, () => {
      assert.throws(() => parseDefinition(text, 'Trace'), pattern);
    });
  }

  it('a definition without attributes', () => {
    for (const text of ['', '\n  \n', '# only a comment', '---']) {
      assert.throws(() => parseDefinition(text, 'SpikeTrain'), /SpikeTrain: the definition has no attributes.*"spike_train_id : int32"/);
    }
  });
});

describe('parseType', () => {
  const cases: readonly (readonly [string, object, string])[] = [
    ['int8', { kind: 'integer', bits: 8, unsigned: false }, 'int8'],
    ['int64', { kind: 'integer', bits: 64, unsigned: false }, 'int64'],
    ['float32', { kind: 'float', bits: 32 }, 'float32'],
    ['datetime(6)', { kind: 'datetime', precision: 6 }, 'datetime(6)'],
    ["enum( 'a' , \"it's\" )", { kind: 'enum', values: ['a', "it's"] }, "enum('a' , \"it's\")"],
    ['jsonb', { kind: 'json' }, 'json'],
    ['tinyint unsigned', { kind: 'integer', bits: 8, unsigned: true }, 'tinyint unsigned'],
    ['INT(11)', { kind: 'integer', bits: 32, unsigned: false }, 'int(11)'],
    ['integer', { kind: 'integer', bits: 32, unsigned: false }, 'integer'],
    ['mediumint', { kind: 'integer', bits: 24, unsigned: false }, 'mediumint'],
    ['serial', { kind: 'integer', bits: 64, unsigned: true }, 'bigint unsigned'],
    ['double', { kind: 'float', bits: 64 }, 'double'],
    ['real', { kind: 'float', bits: 64 }, 'real'],
    ['float(7,3)', { kind: 'native', sql: 'float(7,3)' }, 'float(7,3)'],
    ['double unsigned', { kind: 'native', sql: 'double unsigned' }, 'double unsigned'],
    ['numeric', { kind: 'decimal', precision: 10, scale: 0 }, 'numeric'],
    ['decimal', { kind: 'decimal', precision: 10, scale: 0 }, 'decimal'],
    ['decimal(5)', { kind: 'decimal', precision: 5, scale: 0 }, 'decimal(5)'],
    ['dec(5,2)', { kind: 'decimal', precision: 5, scale: 2 }, 'dec(5,2)'],
    ['fixed', { kind: 'decimal', precision: 10, scale: 0 }, 'fixed'],
    ['Decimal (5, 2)  UNSIGNED', { kind: 'decimal', precision: 5, scale: 2, modifier: 'unsigned' }, 'decimal(5,2) unsigned'],
    ['dec(5,2) zerofill', { kind: 'decimal', precision: 5, scale: 2, modifier: 'unsigned zerofill' }, 'dec(5,2) zerofill'],
    ['numeric(5,2) unsigned zerofill', { kind: 'decimal', precision: 5, scale: 2, modifier: 'unsigned zerofill' }, 'numeric(5,2) unsigned zerofill'],
    ['BLOB', { kind: 'native', sql: 'blob' }, 'blob'],
    ['numeric(8, 2)', { kind: 'decimal', precision: 8, scale: 2 }, 'numeric(8,2)'],
    ['text', { kind: 'text' }, 'text'],
    ['longtext', { kind: 'native', sql: 'longtext' }, 'longtext'],
    ['longblob', { kind: 'bytes' }, 'longblob'],
    ['mediumblob', { kind: 'native', sql: 'mediumblob' }, 'mediumblob'],
    ['time(3)', { kind: 'time', precision: 3 }, 'time(3)'],
    ['timestamp', { kind: 'timestamp', precision: 0 }, 'timestamp'],
    ['year', { kind: 'native', sql: 'year' }, 'year'],
    ['<attach>', { kind: 'bytes' }, '<attach>'],
    ['< blob @ cold >', { kind: 'json' }, '<blob@cold>'],
    ['<npy@>', { kind: 'json' }, '<npy@>'],
  ];
  for (const [text, column, declaredType] of cases) {
    it(text, () => {
      const parsed = parseType(text);
      assert.deepEqual(parsed.column, column);
      assert.equal(parsed.declaredType, declaredType);
    });
  }

  it('names the type that it cannot read', () => {
    assert.throws(() => parseType('in32'), (error) => error instanceof DefinitionError && /^Type "in32": unknown type/.test(error.message));
  });
});
