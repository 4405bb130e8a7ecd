import { element } from '../page/dom';
import { checkbox, type CheckboxControl } from '../toolkit';
import { type Column, columnsFor } from './columns';
import type { ListedRow, SessionRows } from './rows';

const rowHeight = 28;
/** Rows drawn beyond both ends of what is in sight. */
const margin = 6;

interface DrawnRow {
  readonly element: HTMLElement;
  readonly box: CheckboxControl;
  readonly cells: readonly HTMLElement[];
}

/**
 * The list of sessions. Only the rows in sight exist, so thousands of sessions cost as much as forty. The arrow keys move
 * between rows, Space selects, Ctrl+A selects all.
 */
export class SessionGrid {
  readonly element: HTMLElement;
  private readonly header = element('div', { class: 'grid-header', role: 'row' });
  private readonly body = element('div', { class: 'grid-body' });
  private readonly viewport: HTMLElement;
  private readonly all: CheckboxControl;
  private columns: readonly Column[] = [];
  private drawn = new Map<number, DrawnRow>();
  private listed: readonly ListedRow[] = [];
  private focused: number | null = null;

  constructor(
    private readonly rows: SessionRows,
    private readonly onSelect: () => void,
  ) {
    this.all = checkbox((checked) => {
      rows.selectAll(checked);
      onSelect();
    });
    this.viewport = element('div', { class: 'grid-viewport' }, this.header, this.body);
    this.element = element(
      'div',
      { class: 'grid', role: 'grid', attributes: { 'aria-label': 'Connections', 'aria-multiselectable': 'true' } },
      this.viewport,
    );
    this.viewport.addEventListener('scroll', () => this.drawVisible());
    this.body.addEventListener('keydown', (event) => this.onKey(event));
    new ResizeObserver(() => this.drawVisible()).observe(this.viewport);
  }

  draw(): void {
    this.listed = this.rows.listed;
    this.drawHeader();
    this.element.setAttribute('aria-rowcount', String(this.listed.length + 1));
    this.body.style.height = `${this.listed.length * rowHeight}px`;
    this.drawVisible();
  }

  private drawHeader(): void {
    const columns = columnsFor(this.listed.map(({ row }) => row));
    const { selectable } = this.rows;
    const chosen = this.rows.selected.length;
    this.all.set({ checked: selectable > 0 && chosen === selectable, disabled: selectable === 0, label: 'Select all' });
    if (columns.map((column) => column.title).join() === this.columns.map((column) => column.title).join()) return;
    this.columns = columns;
    this.element.style.setProperty('--columns', `36px ${columns.map((column) => column.width).join(' ')}`);
    this.header.replaceChildren(
      element('div', { role: 'columnheader', class: 'cell select' }, this.all.element),
      ...columns.map((column) => element('div', { role: 'columnheader', class: cellClass(column) }, column.title)),
    );
    for (const row of this.drawn.values()) row.element.remove();
    this.drawn.clear();
  }

  private drawVisible(): void {
    const first = Math.max(0, Math.floor(this.viewport.scrollTop / rowHeight) - margin);
    const last = Math.ceil((this.viewport.scrollTop + this.viewport.clientHeight) / rowHeight) + margin;
    const wanted = new Map<number, { listed: ListedRow; index: number }>();
    this.listed.slice(first, last).forEach((listed, at) => wanted.set(listed.row.id, { listed, index: first + at }));
    const focusedRow = this.listed.findIndex(({ row }) => row.id === this.focused);
    const focusedListed = this.listed[focusedRow];
    if (focusedListed !== undefined) wanted.set(focusedListed.row.id, { listed: focusedListed, index: focusedRow });
    for (const [id, row] of this.drawn) {
      if (wanted.has(id)) continue;
      row.element.remove();
      this.drawn.delete(id);
    }
    const tabStop = focusedListed?.row.id ?? this.listed[0]?.row.id;
    for (const [id, { listed, index }] of wanted) {
      const row = this.drawn.get(id) ?? this.makeRow(id);
      this.fill(row, listed, index);
      row.element.tabIndex = id === tabStop ? 0 : -1;
    }
  }

  private makeRow(id: number): DrawnRow {
    const box = checkbox((checked) => {
      this.rows.select(id, checked);
      this.onSelect();
    });
    box.element.tabIndex = -1;
    const cells = this.columns.map((column) => element('div', { role: 'gridcell', class: cellClass(column) }));
    const made = element(
      'div',
      { role: 'row', class: 'row' },
      element('div', { role: 'gridcell', class: 'cell select' }, box.element),
      ...cells,
    );
    made.addEventListener('focusin', () => {
      this.focused = id;
    });
    made.addEventListener('click', (event) => {
      if (event.target instanceof Element && event.target.closest('vscode-checkbox') === null) made.focus();
    });
    this.body.append(made);
    const row = { element: made, box, cells };
    this.drawn.set(id, row);
    return row;
  }

  private fill({ element: made, box, cells }: DrawnRow, { row, gone }: ListedRow, index: number): void {
    const selected = this.rows.isSelected(row.id);
    made.style.transform = `translateY(${index * rowHeight}px)`;
    made.setAttribute('aria-rowindex', String(index + 2));
    made.setAttribute('aria-selected', String(selected));
    made.classList.toggle('gone', gone);
    made.classList.toggle('own', row.own);
    made.classList.toggle('busy', row.running.length > 0);
    made.classList.toggle('selected', selected);
    made.title = row.own ? "This editor's own connection: it cannot be killed." : gone ? 'This session has ended.' : '';
    box.set({ checked: selected, disabled: row.own || gone, label: `Select session ${row.id}` });
    this.columns.forEach((column, at) => {
      const cell = cells[at];
      const text = column.title === 'Running' && row.own ? 'this editor' : column.text(row);
      if (cell === undefined || cell.textContent === text) return;
      cell.textContent = text;
      if (!row.own) cell.title = text.length > 12 ? text : '';
    });
  }

  private onKey(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.viewport.clientHeight / rowHeight) - 1);
    const at = this.listed.findIndex(({ row }) => row.id === this.focused);
    const last = this.listed.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: last,
    };
    const target = moves[event.key];
    if (target !== undefined) this.focus(Math.min(Math.max(target, 0), last));
    else if (event.key === ' ' && this.focused !== null) this.rows.select(this.focused, !this.rows.isSelected(this.focused));
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) this.rows.selectAll(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (target === undefined) this.onSelect();
  }

  private focus(index: number): void {
    const listed = this.listed[index];
    if (listed === undefined) return;
    this.focused = listed.row.id;
    const top = index * rowHeight;
    if (top < this.viewport.scrollTop) this.viewport.scrollTop = top;
    // The header stays on top of the rows and hides as much as one of them.
    const overflow = top + 2 * rowHeight - this.viewport.scrollTop - this.viewport.clientHeight;
    if (overflow > 0) this.viewport.scrollTop += overflow;
    this.drawVisible();
    this.drawn.get(listed.row.id)?.element.focus({ preventScroll: true });
  }
}

function cellClass(column: Column): string {
  return column.numeric === true ? 'cell numeric' : 'cell';
}
