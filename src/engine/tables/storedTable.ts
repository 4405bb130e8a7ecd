import type { TableSource } from '../algebra';
import { type Connection, type TableSpec, wholeTable } from '../database';
import { classNameOf, tierOf } from '../definition';
import { addressOf } from './graph';

/** A table that is known from the database alone. Making one of a damaged table throws DataJointError `corrupt`. */
export class StoredTable implements TableSource {
  readonly spec: TableSpec;

  constructor(
    readonly connection: Connection,
    spec: TableSpec,
  ) {
    this.spec = wholeTable(spec);
  }

  get name() {
    return this.spec.name;
  }

  get label(): string {
    return tierOf(this.spec.name.table) === 'hidden' ? addressOf(this.spec.name) : classNameOf(this.spec.name.table);
  }

  prepare(): Promise<TableSpec> {
    return Promise.resolve(this.spec);
  }
}
