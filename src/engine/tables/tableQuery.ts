import { type Condition, excluded, EXPRESSION, type JoinOptions, Query, restricted, type Expression, type TableSource } from '../algebra';
import type { Row } from '../definition';
import type { DeletedRows, DeleteOptions } from './confirm';
import { deleteCascading, deleteOnly } from './remove';

/** A table, restricted or not: a query whose rows are the table's own and can be deleted. */
export class TableQuery<K extends object = Row, S extends object = Row> extends Query<K, S> {
  constructor(
    readonly source: TableSource,
    expression: Expression = { op: 'table', source },
  ) {
    super(expression);
  }

  override restrict(...conditions: readonly (Condition | JoinOptions)[]): TableQuery<K, S> {
    return new TableQuery<K, S>(this.source, restricted(this[EXPRESSION], conditions));
  }

  override exclude(...conditions: readonly (Condition | JoinOptions)[]): TableQuery<K, S> {
    return new TableQuery<K, S>(this.source, excluded(this[EXPRESSION], conditions));
  }

  /**
   * Deletes these rows and all rows that depend on them, in one transaction. A person at a terminal is asked first.
   * @returns how many rows of which table went, this table first; nothing when the person refused
   * @throws DataJointError `not_allowed` for rows of a part without their master's, unless `partIntegrity` says otherwise;
   * nothing is deleted then.
   */
  async delete(options: DeleteOptions = {}): Promise<DeletedRows[]> {
    return await deleteCascading(this.source, this[EXPRESSION], options);
  }

  /** Deletes these rows and no others. Returns how many. @throws DataJointError `integrity` when others depend on them. */
  async deleteQuick(): Promise<number> {
    return await deleteOnly(this.source, this[EXPRESSION]);
  }
}
