import type { Attribute, TableSpec } from '../database';

/** One attribute of a query's result. */
export interface HeadingAttribute {
  readonly name: string;
  readonly inKey: boolean;
  /** Where the attribute was first defined, `schema.table.attribute`; null when it has no origin of its own. */
  readonly lineage: string | null;
  /** The stored attribute whose values these are; null for a computed one. */
  readonly stored: Attribute | null;
}

/**
 * The attributes of a query's result in order, primary key first. Immutable; every operator makes a new one.
 * Source of the rules: datajoint-python 2.3.2, `heading.Heading`.
 */
export class Heading {
  readonly names: readonly string[];
  readonly primaryKey: readonly string[];
  readonly secondary: readonly string[];
  private readonly byName: ReadonlyMap<string, HeadingAttribute>;

  constructor(
    readonly attributes: readonly HeadingAttribute[],
    /** False when a table comes from a database without lineage: then names alone decide what matches. */
    readonly lineageKnown: boolean,
  ) {
    this.byName = new Map(attributes.map((attribute) => [attribute.name, attribute]));
    this.names = attributes.map((attribute) => attribute.name);
    this.primaryKey = attributes.filter((attribute) => attribute.inKey).map((attribute) => attribute.name);
    this.secondary = attributes.filter((attribute) => !attribute.inKey).map((attribute) => attribute.name);
  }

  /**
   * The visible attributes of a table: those with a leading underscore belong to the platform.
   * @param computed what the rows have beside the table's attributes
   */
  static ofTable(spec: TableSpec, computed: readonly string[] = []): Heading {
    const visible = spec.attributes.filter((attribute) => !attribute.name.startsWith('_'));
    const lineageKnown = !visible.some((attribute) => attribute.inKey && attribute.lineage === null);
    return new Heading(
      [
        ...visible.map((stored) => ({ name: stored.name, inKey: stored.inKey, lineage: stored.lineage, stored })),
        ...computed.map((name) => ({ name, inKey: false, lineage: null, stored: null })),
      ],
      lineageKnown,
    );
  }

  get(name: string): HeadingAttribute | undefined {
    return this.byName.get(name);
  }

  /** The attribute of this name, else the one whose name differs only by case, as servers read names. */
  named(name: string): HeadingAttribute | undefined {
    const lower = name.toLowerCase();
    return this.byName.get(name) ?? this.attributes.find((attribute) => attribute.name.toLowerCase() === lower);
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** True when each row here matches at most one row there: the other's whole primary key is among these attributes. */
  determines(other: Heading): boolean {
    return other.primaryKey.every((name) => this.has(name));
  }

  /** The same attributes with another primary key, which comes first. */
  withPrimaryKey(names: readonly string[]): Heading {
    const key = names.map((name) => this.byName.get(name)).filter((attribute) => attribute !== undefined);
    const rest = this.attributes.filter((attribute) => !names.includes(attribute.name));
    return new Heading(
      [...key.map((attribute) => ({ ...attribute, inKey: true })), ...rest.map((attribute) => ({ ...attribute, inKey: false }))],
      this.lineageKnown,
    );
  }

  /**
   * The heading of a join. The primary key follows from what determines what: the determining side's key, else the
   * union of both. `combinedKey` asks for the union in any case.
   */
  join(other: Heading, combinedKey = false): Heading {
    const lineageKnown = this.lineageKnown && other.lineageKnown;
    const extend = (determining: Heading, determined: Heading) =>
      new Heading(
        [
          ...determining.attributes.filter((attribute) => attribute.inKey),
          ...determining.attributes.filter((attribute) => !attribute.inKey),
          ...determined.attributes.filter((a) => !determining.has(a.name)).map((a) => ({ ...a, inKey: false })),
        ],
        lineageKnown,
      );
    if (!combinedKey && this.determines(other)) return extend(this, other);
    if (!combinedKey && other.determines(this)) return extend(other, this);
    const key = new Set([...this.primaryKey, ...other.primaryKey]);
    const all = [...this.attributes, ...other.attributes.filter((attribute) => !this.has(attribute.name))];
    return new Heading(all, lineageKnown).withPrimaryKey([...key]);
  }
}
