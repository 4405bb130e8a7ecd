/** The tables that a worker can make nothing of, while it works at the others. */
import { DataJointError, type ErrorCode, messageOf } from '../engine';

/** What says nothing of one table. */
const ofAllTables: ReadonlySet<ErrorCode> = new Set(['connection_lost', 'unreachable', 'busy', 'storage_full', 'usage']);

export class PassedOver {
  private readonly thrown = new Map<string, unknown>();

  /**
   * @param tables how many the worker has
   * @param tell called once for each table, and again when something else is wrong with it
   */
  constructor(
    private readonly tables: number,
    private readonly tell: (table: string, message: string) => void,
  ) {}

  /**
   * Notes what was thrown for a table.
   * @param table `schema.Class`
   * @returns false when there is no other table, or no other is worth a try
   */
  add(table: string, thrown: unknown): boolean {
    if (this.tables === 1) return false;
    if (thrown instanceof DataJointError && ofAllTables.has(thrown.code)) return false;
    const known = this.thrown.get(table);
    this.thrown.set(table, thrown);
    if (known === undefined || messageOf(known) !== messageOf(thrown)) this.tell(table, messageOf(thrown));
    return true;
  }

  /** Something could be made of a table. */
  remove(table: string): void {
    this.thrown.delete(table);
  }

  /** Whether work was left undone. A table without make() has none: another table's make() may fill it. */
  get leftWork(): boolean {
    return [...this.thrown.values()].some((thrown) => !(thrown instanceof DataJointError && thrown.code === 'make_missing'));
  }
}
