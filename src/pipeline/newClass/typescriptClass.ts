import type { SchemaVariable } from '../source';
import { indented, type WrittenMaster, type WrittenTable } from './layout';

/** A file of its own for one class. */
export function typescriptFile(schema: string, master: WrittenMaster): string {
  const head = ["import * as dj from 'datajoint-workbench';", '', `export const schema = dj.schema(${JSON.stringify(schema)});`];
  return [...head, '', ...classLines('schema', 'dj', master), ''].join('\n');
}

/** What a file that has the schema is to get at its end. */
export function typescriptClass({ variable, engine }: SchemaVariable, master: WrittenMaster): string {
  const head = engine === null ? ['', "import * as dj from 'datajoint-workbench';"] : [];
  return [...head, '', ...classLines(variable, engine ?? 'dj', master), ''].join('\n');
}

function classLines(schema: string, engine: string, master: WrittenMaster): string[] {
  const parts = master.parts.flatMap((part) => ['', `static ${part.className} = class ${part.className} extends ${engine}.Part {`, ...definitionLines(part), '};']);
  const base = { manual: 'Manual', lookup: 'Lookup', imported: 'Imported', computed: 'Computed', part: 'Part' }[master.tier];
  return [`@${schema}`, `export class ${master.className} extends ${engine}.${base} {`, ...definitionLines(master), ...parts.map((line) => indented(line, 2)), '}'];
}

function definitionLines({ definition }: WrittenTable): string[] {
  const text = definition.trimEnd().replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
  return ['  static readonly definition = `', ...text.split('\n').map((line) => indented(line, 4)), '  `;'];
}
