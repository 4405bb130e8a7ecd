import { type Connection, createTable, type HiddenForm, retryTransient, type TableSpec } from '../database';
import { classNameOf, compareSpecs, describeTable, isOldStoredType, parseDefinition, type ReferenceLine, resolveDefinition } from '../definition';
import { DataJointError, DefinitionError } from '../errors';
import { config } from './config';
import type { TableBinding } from './binding';
import { insertContents } from './insert';
import { withJobMetadata, withProvenance } from './hiddenAttributes';
import { referenceSource } from './reference';

/**
 * Makes sure that the table of a class exists in the database as its definition says, parents first.
 * Source: datajoint-python 2.3.2, `table.Table.declare`.
 * @returns the table as the database has it
 * @throws DefinitionError for a definition that cannot be read, DataJointError `unknown_table` for a parent that nobody
 * declared, `definition_mismatch` when the database has another table of that name, `not_allowed` inside a transaction or
 * when the settings forbid to declare tables.
 */
export async function declare(binding: TableBinding, connection: Connection): Promise<TableSpec> {
  const { spec: defined, warnings } = await definedTable(binding);
  const existing = await connection.catalog.table(defined.name);
  if (existing === null) assertKeyIsInherited(binding, defined);
  else assertSame(binding, defined, existing);
  const spec = existing ?? (await create(binding, connection, defined));
  if (existing === null) {
    // Node's own channel: a program that runs the engine shows warnings as it sees fit.
    for (const warning of warnings) process.emitWarning(`${binding.label}: ${warning}.`, 'DataJointWarning');
  }
  if (binding.contents.length > 0) await retryTransient(connection, () => insertContents(connection, spec, binding.label, binding.contents));
  return spec;
}

/** The table as the definition in the code says, its parents prepared, and what its author should know. */
export async function definedTable(binding: TableBinding): Promise<{ spec: TableSpec; warnings: readonly string[] }> {
  const { definition } = binding.table;
  if (typeof definition !== 'string' || definition.trim() === '') {
    throw new DefinitionError(`${binding.label} has no definition: give the class a static readonly definition.`);
  }
  const parsed = parseDefinition(definition, binding.label);
  const parents = new Map<string, TableSpec>();
  for (const line of parsed.lines) {
    if (line.kind === 'reference') parents.set(line.target, await parentSpec(binding, line));
  }
  const spec = resolveDefinition(parsed, binding.name, (line) => {
    const parent = parents.get(line.target);
    if (parent === undefined) throw new Error(`parent ${line.target} was not prepared`);
    return parent;
  });
  const { name } = binding.table;
  const underscores = name.includes('_') ? [`the underscores of the class name are left out of the table's name ${spec.name.table}`] : [];
  return { spec, warnings: [...parsed.warnings, ...underscores] };
}

async function parentSpec(binding: TableBinding, line: ReferenceLine): Promise<TableSpec> {
  const parent = referenceSource(line.target, binding);
  if (parent === binding) {
    throw new DefinitionError(`${binding.label}, line ${String(line.line)}: a table cannot refer to itself; keep the links in a table of their own.`, line.line);
  }
  try {
    return await parent.prepare();
  } catch (error) {
    if (!(error instanceof DataJointError) || error.code !== 'unknown_table' || parent.spec !== null) throw error;
    throw new DataJointError('unknown_table', `${binding.label}, line ${String(line.line)}: ${error.message}`, { cause: error });
  }
}

/** datajoint-python 2.3.2, `autopopulate.AutoPopulate._declare_check`. What another program has declared is taken as it is. */
function assertKeyIsInherited(binding: TableBinding, spec: TableSpec): void {
  if (!isAutoPopulated(binding)) return;
  const inherited = new Set(spec.foreignKeys.flatMap((key) => key.columns.map((column) => column.child)));
  const own = spec.attributes.find((attribute) => attribute.inKey && !inherited.has(attribute.name));
  if (own !== undefined && !config.jobs.allowNewPkFieldsInComputedTables) {
    throw new DefinitionError(
      `${binding.label}: "${own.name}" is in the primary key but comes from no reference. A ${binding.tier === 'computed' ? 'Computed' : 'Imported'} table inherits its whole primary key, since make() runs once per key; put several results of one key into a Part table.`,
    );
  }
}

const isAutoPopulated = ({ tier }: TableBinding): boolean => tier === 'computed' || tier === 'imported';

function assertSame(binding: TableBinding, wanted: TableSpec, existing: TableSpec): void {
  const differences = compareSpecs(wanted, existing);
  if (differences.length === 0) return;
  const stored = describeTable(existing, () => null, (name) => classNameOf(name.table));
  throw new DataJointError(
    'definition_mismatch',
    `${binding.label} is defined differently in the code and in the database: ${differences.join('; ')}.\n` +
      `In the code:\n${indent(binding.table.definition)}\nIn the database:\n${indent(stored)}\n` +
      'Change the definition back, or drop the table and populate it again.',
  );
}

/** @returns the table as it was declared, with the hidden attributes that the settings ask for */
async function create(binding: TableBinding, connection: Connection, defined: TableSpec): Promise<TableSpec> {
  const { schema } = defined.name;
  if (!config.createTables) {
    throw new DataJointError(
      'not_allowed',
      `${binding.label} does not exist in the schema ${schema}, and the setting database.create_tables (DJ_CREATE_TABLES) forbids to declare it: turn that on, or let somebody declare it who may.`,
    );
  }
  if (connection.inTransaction) {
    throw new DataJointError(
      'not_allowed',
      `${binding.label} does not exist yet and cannot be declared inside a transaction or a make(): use the table once before, for example await ${binding.label}.count().`,
    );
  }
  const old = defined.attributes.find(({ declaredType }) => isOldStoredType(declaredType));
  if (old !== undefined) {
    throw new DefinitionError(
      `${binding.label}: "${old.name}" of type ${old.declaredType} can only be in a table that an earlier datajoint-python declared, and ${binding.label} does not exist. Write <blob@store>, <attach@store> or <filepath@store>.`,
    );
  }
  await connection.catalog.createSchema(schema);
  const form = await connection.catalog.hiddenForm(schema);
  const spec = withHidden(binding, defined, form);
  await createTable(connection, spec, form);
  return spec;
}

function withHidden(binding: TableBinding, spec: TableSpec, form: HiddenForm): TableSpec {
  if (isAutoPopulated(binding) && config.jobs.addJobMetadata) return withJobMetadata(spec, form);
  return binding.tier === 'manual' && config.provenance.capture ? withProvenance(spec) : spec;
}

const indent = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map((line) => `    ${line.trim()}`)
    .join('\n');
