/** Which rows there are, which of them are selected, and which have just gone. Pure: no page in here. */
import type { SessionRow } from '../../src/protocol';

export interface ListedRow {
  readonly row: SessionRow;
  /** The session is gone; it is shown for a moment more, so that one sees which. */
  readonly gone: boolean;
}

/** How long a session that is gone stays, in milliseconds. */
export const fadeMs = 1500;

export class SessionRows {
  private current: readonly SessionRow[] = [];
  private readonly selectedIds = new Set<number>();
  private readonly goneAt = new Map<number, { row: SessionRow; at: number; after: number | null }>();

  /**
   * Takes the newest list. A selected session that is no longer in it is no longer selected.
   * @param isWhole false: a session that is not in it may still be there, so it is not shown as gone
   */
  replace(rows: readonly SessionRow[], now: number, isWhole = true): void {
    const ids = new Set(rows.map((row) => row.id));
    this.current.forEach((row, index) => {
      if (isWhole && !ids.has(row.id)) this.goneAt.set(row.id, { row, at: now, after: this.current[index - 1]?.id ?? null });
    });
    for (const id of ids) this.goneAt.delete(id);
    for (const id of this.selectedIds) if (!ids.has(id)) this.selectedIds.delete(id);
    this.current = rows;
    this.forget(now);
  }

  /** Drops rows that have faded; true when there were any. */
  forget(now: number): boolean {
    const faded = [...this.goneAt].filter(([, { at }]) => now - at >= fadeMs);
    for (const [id] of faded) this.goneAt.delete(id);
    return faded.length > 0;
  }

  /** In the order in which they came, those that have just gone in their old places. */
  get listed(): ListedRow[] {
    const listed: ListedRow[] = this.current.map((row) => ({ row, gone: false }));
    for (const { row, after } of this.goneAt.values()) {
      listed.splice(listed.findIndex((each) => each.row.id === after) + 1, 0, { row, gone: true });
    }
    return listed;
  }

  get fading(): boolean {
    return this.goneAt.size > 0;
  }

  get count(): number {
    return this.current.length;
  }

  get selected(): number[] {
    return [...this.selectedIds];
  }

  isSelected(id: number): boolean {
    return this.selectedIds.has(id);
  }

  /** One's own sessions and those that are gone cannot be selected. */
  select(id: number, selected: boolean): void {
    const row = this.current.find((each) => each.id === id);
    if (row === undefined || row.own) return;
    if (selected) this.selectedIds.add(id);
    else this.selectedIds.delete(id);
  }

  selectAll(selected: boolean): void {
    for (const row of this.current) this.select(row.id, selected);
  }

  get selectable(): number {
    return this.current.filter((row) => !row.own).length;
  }
}
