import { duration, type SessionRow } from '../../src/protocol';

export interface Column {
  readonly title: string;
  /** As in `grid-template-columns`. */
  readonly width: string;
  readonly numeric?: boolean;
  readonly text: (row: SessionRow) => string;
}

const running: Column = { title: 'Running', width: 'minmax(220px, 2fr)', text: (row) => row.running.join('; ') || '—' };

const columns: readonly Column[] = [
  { title: 'ID', width: '56px', numeric: true, text: (row) => String(row.id) },
  { title: 'User', width: 'minmax(80px, 0.6fr)', text: (row) => row.user },
  { title: 'Host', width: 'minmax(90px, 0.8fr)', text: (row) => row.host },
  { title: 'PID', width: '72px', numeric: true, text: (row) => (row.pid === null ? '' : String(row.pid)) },
  { title: 'DB', width: 'minmax(70px, 0.5fr)', text: (row) => row.db },
  { title: 'Command', width: '104px', text: (row) => row.command },
  { title: 'Time', width: '64px', numeric: true, text: (row) => duration(row.time) },
  { title: 'State', width: 'minmax(80px, 0.6fr)', text: (row) => row.state },
  { title: 'Info', width: 'minmax(140px, 1.4fr)', text: (row) => row.info },
  running,
  { title: 'Waits for', width: '88px', text: (row) => row.waitsFor.join(', ') },
];

/** The columns that say something for these rows; what the sessions run is always shown. */
export function columnsFor(rows: readonly SessionRow[]): Column[] {
  return columns.filter((column) => column === running || rows.some((row) => column.text(row) !== ''));
}
