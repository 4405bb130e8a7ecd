import type { JobPage, JobStatus, NamedTable, Overview, ReadOptions, SchemaSummary, TableName, TableSummary, WorkerList, WorkerSummary } from '../../engine';
import { Answers } from './answers';

/** How long drawing waits for what is not known yet. */
const GLANCE_MS = 300;

const readNames = (overview: Overview, options: ReadOptions): Promise<NamedTable[]> => overview.names(options);

/**
 * What views show of a database: read once, and again when it has changed. An answer is null while reading takes long;
 * then it is told when it has come. Each method rejects as `open` does.
 */
export class DatabaseData {
  private readonly answers: Answers;
  /** Ends what is being asked when nobody waits for the answer any more. */
  private asking = new AbortController();
  private known: readonly WorkerSummary[] = [];

  /** @param tell called when something that was asked for is another, and there */
  constructor(
    private readonly open: () => Promise<Overview>,
    tell: () => void,
  ) {
    this.answers = new Answers(tell);
  }

  schemas(): Promise<SchemaSummary[] | null> {
    return this.ask('schemas', (overview, options) => overview.schemas(options));
  }

  tables(schema: string): Promise<TableSummary[] | null> {
    return this.ask(`tables ${schema}`, (overview, options) => overview.tables(schema, options));
  }

  /** The tables of all schemas by their names. */
  names(): Promise<NamedTable[] | null> {
    return this.ask('names', readNames);
  }

  /** As `names`, however long it takes. */
  async allNames(): Promise<NamedTable[]> {
    await this.open();
    return await this.answers.ask('names', async () => readNames(await this.open(), { signal: this.asking.signal }));
  }

  /** The first `limit` jobs. */
  jobs(table: TableName, status: JobStatus, limit: number): Promise<JobPage | null> {
    const question = JSON.stringify([table.schema, table.table, status, limit]);
    return this.ask(question, (overview, options) => overview.jobs(table, status, { limit, offset: 0 }, options));
  }

  /** The newest `limit` errors of the database. */
  errors(limit: number): Promise<JobPage | null> {
    return this.ask(`errors ${limit}`, (overview, options) => overview.errors({ limit, offset: 0 }, options));
  }

  async workers(): Promise<WorkerList | null> {
    const list = await this.ask('workers', (overview, options) => overview.workers(options));
    this.known = list?.workers ?? [];
    return list;
  }

  /** Reads again what somebody asked for since it last changed; resolves when all of it is there. */
  renew(): Promise<void> {
    return this.answers.renew();
  }

  forget(): void {
    this.asking.abort();
    this.asking = new AbortController();
    this.answers.clear();
    this.known = [];
  }

  /** True when a worker that was shown has died or cannot be seen any more: nothing that it commits tells so. */
  async workersChanged(): Promise<boolean> {
    if (this.known.length === 0) return false;
    const overview = await this.open();
    const verdicts = await overview.liveness(this.known.flatMap(({ jobs }) => jobs.slice(0, 1)));
    return this.known.some(({ liveness }, at) => liveness.verdict !== verdicts[at]?.verdict);
  }

  private async ask<Answer>(question: string, fetch: (overview: Overview, options: ReadOptions) => Promise<Answer>): Promise<Answer | null> {
    await this.open();
    return this.answers.glance(question, async () => fetch(await this.open(), { signal: this.asking.signal }), GLANCE_MS);
  }
}
