import type { TableSource } from '../algebra';
import type { Connection, TableSpec } from '../database';
import { classNameOf, tierOf } from '../definition';
import { addressOf } from './graph';

/** A table that is known from the database alone. */
export class StoredTable implements TableSource {
  constructor(
    readonly connection: Connection,
    readonly spec: TableSpec,
  ) {}

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
