/** What a delete should take, worked out row by row in memory, to compare the engine with. */
export type ModelRow = Readonly<Record<string, number | null>>;

export interface ModelReference {
  readonly parent: ModelTable;
  /** Attribute of the child → attribute of the parent. */
  readonly columns: readonly (readonly [child: string, parent: string])[];
  /** Whether it may be null, and then refers to no row. */
  readonly optional: boolean;
}

export interface ModelTable {
  readonly name: string;
  readonly key: readonly string[];
  readonly references: readonly ModelReference[];
  /** The reference through which a row belongs to a row of the master, and the master; null for what is no part. */
  readonly owner: { readonly reference: ModelReference; readonly master: ModelTable } | null;
  rows: ModelRow[];
}

export type Policy = 'enforce' | 'ignore' | 'cascade';

/** The rows that go, by table; null when the delete is to be refused. */
export function rowsThatGo(tables: readonly ModelTable[], seed: ModelTable, rows: readonly ModelRow[], policy: Policy): Map<ModelTable, Set<ModelRow>> | null {
  if (policy === 'enforce' && seed.owner !== null) return null;
  const going = new Map(tables.map((table) => [table, new Set<ModelRow>()]));
  const todo: { table: ModelTable; row: ModelRow }[] = rows.map((row) => ({ table: seed, row }));
  for (const { table, row } of todo) {
    const ofTable = going.get(table);
    if (ofTable === undefined || ofTable.has(row)) continue;
    ofTable.add(row);
    for (const child of tables) {
      for (const reference of child.references) {
        if (reference.parent === table) todo.push(...child.rows.filter((each) => refersTo(each, reference, row)).map((each) => ({ table: child, row: each })));
      }
    }
    const owner = policy === 'cascade' ? masterRow(table, row) : null;
    if (owner !== null) todo.push(owner);
  }
  const keepsRule = [...going].every(([table, gone]) =>
    [...gone].every((row) => {
      const owner = masterRow(table, row);
      return owner === null || going.get(owner.table)?.has(owner.row) === true;
    }),
  );
  return policy === 'ignore' || keepsRule ? going : null;
}

function refersTo(child: ModelRow, { columns }: ModelReference, parent: ModelRow): boolean {
  return columns.every(([from, to]) => child[from] !== null && child[from] === parent[to]);
}

function masterRow(table: ModelTable, row: ModelRow): { table: ModelTable; row: ModelRow } | null {
  if (table.owner === null) return null;
  const { reference, master } = table.owner;
  const above = reference.parent.rows.find((each) => refersTo(row, reference, each));
  if (above === undefined) throw new Error(`a row of ${table.name} without a master`);
  return reference.parent === master ? { table: master, row: above } : masterRow(reference.parent, above);
}
