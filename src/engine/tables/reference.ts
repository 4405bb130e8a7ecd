import type { TableSource } from '../algebra';
import { type Connection, type TableName, type TableSpec, wholeTable } from '../database';
import { classNameOf } from '../definition';
import { DataJointError } from '../errors';
import type { TableBinding } from './binding';
import { registeredAs, resolveReference } from './registry';

/**
 * The table that `-> target` means in the definition of `from`: a registered class, or else a table that only the
 * database knows (made by other code), which is looked up when it is needed: by its class name in the same schema, or as
 * `schema`.`table` in backticks, which is how datajoint-python describes a table that it has no class for.
 */
export function referenceSource(target: string, from: TableBinding): TableSource {
  const address = storedAddress(target);
  const binding = address === null ? resolveReference(target, from) : registeredAs(address);
  if (binding === null) return new UnregisteredTable(target, from);
  return target === 'master' ? new MasterAlone(binding) : binding;
}

/** A part's master, prepared without its parts: they are being prepared right now. */
class MasterAlone implements TableSource {
  constructor(private readonly binding: TableBinding) {}

  get label(): string {
    return this.binding.label;
  }

  get name(): TableName {
    return this.binding.name;
  }

  get spec(): TableSpec | null {
    return this.binding.spec;
  }

  get connection(): Connection | null {
    return this.binding.connection;
  }

  prepare(): Promise<TableSpec> {
    return this.binding.prepareOwn();
  }
}

/** Names the file that declares a class; null when none is known to. */
export type FindDeclaringFile = (className: string) => Promise<string | null>;

let declaringFile: FindDeclaringFile = () => Promise.resolve(null);

/** Lets the error of an unknown table say where its class is. The engine cannot: it knows only what has been loaded. */
export function setDeclaringFiles(find: FindDeclaringFile): void {
  declaringFile = find;
}

class UnregisteredTable implements TableSource {
  private found: { connection: Connection; spec: TableSpec } | null = null;

  constructor(
    readonly label: string,
    private readonly from: TableBinding,
  ) {}

  get name(): TableName {
    return this.found?.spec.name ?? { schema: this.from.name.schema, table: this.label };
  }

  get spec(): TableSpec | null {
    return this.found?.spec ?? null;
  }

  get connection(): Connection | null {
    return this.found?.connection ?? null;
  }

  async prepare(): Promise<TableSpec> {
    const connection = await this.from.schema.connection();
    const spec = await this.find(connection);
    if (spec === null) {
      const file = await declaringFile(this.label);
      const advice =
        file === null
          ? `Define that class and give it to its schema before ${this.from.label} is used, or correct the name.`
          : `${file} declares that class: import it from there.`;
      throw new DataJointError('unknown_table', `no table "${this.label}" is known. ${advice}`);
    }
    this.found = { connection, spec };
    return spec;
  }

  private async find(connection: Connection): Promise<TableSpec | null> {
    const address = storedAddress(this.label);
    if (address !== null) return await connection.catalog.table(address);
    const tables = await connection.catalog.tables([this.from.name.schema]);
    const found = tables.find((each) => classNameOf(each.name.table) === this.label);
    return found === undefined ? null : wholeTable(found);
  }
}

/**
 * How a definition in `schema` refers to a table: by the name of its class where that means this table, and in other schemas as
 * `schema.ClassName` of a registered class or as the address in backticks. Source: datajoint-python 2.3.2, `Table.describe`.
 */
export function nameInReference(name: TableName, schema: string): string {
  const className = classNameOf(name.table);
  if (name.schema === schema) return className;
  if (registeredAs(name) !== null) return `${name.schema}.${className}`;
  return `\`${name.schema.replaceAll('`', '``')}\`.\`${name.table.replaceAll('`', '``')}\``;
}

/** The address in `` `schema`.`table` ``, with a backtick of a name doubled; or null. */
export function storedAddress(target: string): TableName | null {
  const [, schema, table] = /^`((?:[^`]|``)+)`\.`((?:[^`]|``)+)`$/.exec(target) ?? [];
  if (schema === undefined || table === undefined) return null;
  return { schema: schema.replaceAll('``', '`'), table: table.replaceAll('``', '`') };
}
