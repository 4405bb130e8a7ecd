import assert from 'node:assert/strict';
import path from 'node:path';
import { it } from 'node:test';
import ts from 'typescript';
import { authorOptions, messages, root } from './compiler';

/**
 * The compiler's own measure of its work, which does not depend on the machine. The pipeline below took 450,000, in about
 * two seconds, when this was written; 1,000 to read a table's definition, the rest to check what its make() does.
 */
const MOST_INSTANTIATIONS = 600_000;

it('a pipeline of 40 tables costs the compiler little', () => {
  const { found, instantiations } = compile(pipelineOf(40));
  assert.deepEqual(found, []);
  assert.ok(instantiations > 10_000 && instantiations < MOST_INSTANTIATIONS, `${String(instantiations)} instantiations`);
});

it('the keys of a chain of 40 tables reach its end', () => {
  const { found } = compile(`${pipelineOf(40, { chained: true })}
const found: string = await T39.fetch1('key_0');
const wrong: string = await T39.fetch1('key_39');
`);
  assert.deepEqual(found.map((text) => text.replace(/.* Type/, 'Type')), ["Type 'number' is not assignable to type 'string'."]);
});

it('a definition of 200 lines is read to its end', () => {
  const lines = Array.from({ length: 200 }, (_, i) => `    a_${String(i)} = null : float64   # number ${String(i)}: of many`);
  const source = `import * as dj from 'datajoint-workbench';
class Wide extends dj.Manual { static readonly definition = \`
    id : int32
    ---
${lines.join('\n')}
  \`; }
export const last: number | null = await Wide.fetch1('a_199');
`;
  assert.deepEqual(compile(source).found, []);
});

/** Tables of twelve attributes that refer to the one or two before them, with a make() that fetches, joins and inserts. */
function pipelineOf(count: number, { chained = false } = {}): string {
  const tables = Array.from({ length: count }, (_, i) => {
    const parents = i === 0 ? [] : chained || i % 5 === 0 ? [i - 1] : [i - 1 - ((i - 1) % 5), ...(i % 5 > 2 ? [i - 1] : [])];
    const names = [...new Set(parents)].map((parent) => `T${String(parent)}`);
    const name = `T${String(i)}`;
    const key = i === 0 ? 'key_0 : varchar(8)' : `key_${String(i)} : int32`;
    return `
@schema
export class ${name} extends dj.${i === 0 ? 'Manual' : 'Computed'} {
  static readonly references = { ${names.join(', ')} };
  static readonly definition = \`
    # Table ${String(i)} of the pipeline
    ${names.map((parent) => `-> ${parent}`).join('\n    ')}
    ${key}      # own key: counts
    ---
    kind : enum('left', 'right', 'both')
    gain : float64                 # of the amplifier
    samples : int64
    note = "" : varchar(200)
    started = CURRENT_TIMESTAMP : datetime(3)
    stopped = null : datetime(3)
    amount : decimal(10,2)
    flag = 0 : bool
    trace : <blob>
    settings = null : json
  \`;
  async make(key: dj.KeyOf<typeof ${name}>): Promise<void> {
${names.map((parent) => `    const [gain_${parent}, note_${parent}] = await ${parent}.restrict(key).fetch1('gain', 'note');\n    const sum_${parent}: number = gain_${parent} + note_${parent}.length;`).join('\n')}
    const rows = await ${names[0] ?? name}.proj('gain', { volume: 'amount' }).join(${name}.proj({ sent: 'stopped' })).fetch({ limit: ${String(i + 1)} });
    await ${name}.insert(rows.map((row) => ({ ...key, kind: 'left', gain: row.gain + ${names.map((parent) => `sum_${parent}`).join(' + ') || '0'}, samples: 1, amount: row.volume, trace: null })));
  }
}
`;
  });
  return `import * as dj from 'datajoint-workbench';\nexport const schema = dj.schema('lab');\n${tables.join('')}`;
}

const parsed = new Map<string, ts.SourceFile | undefined>();

/** Compiles `source` as a file of a pipeline folder. */
function compile(source: string): { found: string[]; instantiations: number } {
  const options = authorOptions(path.join(root, 'src/engine/index.ts'));
  const name = path.join(root, 'media/demo/case.ts');
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (file, ...rest) => {
    if (file === name) return ts.createSourceFile(file, source, ts.ScriptTarget.ES2023);
    if (!parsed.has(file)) parsed.set(file, read(file, ...rest));
    return parsed.get(file);
  };
  const program = ts.createProgram([name], options, host);
  const found = messages(program.getSemanticDiagnostics(program.getSourceFile(name)));
  return { found, instantiations: program.getInstantiationCount() };
}
