import { DataJointError } from '../../errors';
import type { SqlRow } from '../contract';
import { errnoOf, isInterrupted } from './errorCodes';
import { quoteIdentifier } from './quote';
import { type Ask, idOf, LINEAGE, type Scope } from './scope';

/**
 * Table id → attribute → origin, from the `~lineage` tables of these schemas in one statement. Where that fails, each is
 * read on its own, and what one that cannot be read would have told stays unknown: it may have another shape than
 * datajoint-python gives it, be dropped meanwhile, or not be readable for this account.
 */
export async function readLineage(
  ask: Ask,
  scope: Scope,
  schemas: readonly string[],
): Promise<Map<string, Map<string, string>>> {
  const found = new Map<string, Map<string, string>>();
  if (schemas.length === 0) return found;
  for (const row of await readAll(ask, scope, schemas)) {
    if (row['lineage'] === null) continue;
    const ofTable = found.get(idOf(row)) ?? new Map<string, string>();
    ofTable.set(String(row['name']), String(row['lineage']));
    found.set(idOf(row), ofTable);
  }
  return found;
}

async function readAll(ask: Ask, scope: Scope, schemas: readonly string[]): Promise<SqlRow[]> {
  const selects = schemas.map((schema) => selectLineage(scope, schema));
  try {
    return await ask(
      selects.map(({ sql }) => sql).join(' UNION ALL '),
      selects.flatMap(({ values }) => values),
    );
  } catch (error) {
    if (!isOfOneTable(error)) throw error;
    if (schemas.length === 1) return [];
    const each: SqlRow[][] = [];
    for (const schema of schemas) each.push(await readAll(ask, scope, [schema]));
    return each.flat();
  }
}

/** Converted, because schemas have different collations, and a union refuses to mix them. */
function selectLineage(scope: Scope, schema: string): { sql: string; values: readonly string[] } {
  const wanted =
    scope.kind === 'tables' ? scope.names.filter((name) => name.schema === schema).map(({ table }) => table) : [];
  const where = wanted.length === 0 ? '' : ` WHERE table_name IN (${wanted.map(() => '?').join(', ')})`;
  const columns = { t: 'table_name', name: 'attribute_name', lineage: 'lineage' };
  const converted = Object.entries(columns).map(([name, column]) => `CONVERT(${column} USING utf8mb4) AS ${name}`);
  const from = `${quoteIdentifier(schema)}.\`${LINEAGE}\``;
  return { sql: `SELECT ? AS s, ${converted.join(', ')} FROM ${from}${where}`, values: [schema, ...wanted] };
}

/** True for an error that another table would not have brought. */
function isOfOneTable(error: unknown): boolean {
  if (!(error instanceof DataJointError) || isInterrupted(errnoOf(error.cause))) return false;
  return ['unknown_table', 'unknown_attribute', 'access', 'query'].includes(error.code);
}
