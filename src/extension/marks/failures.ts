import * as vscode from 'vscode';
import type { JobSummary, Overview } from '../../engine';
import { diagnostic, log, sentenceOf } from '../host';
import type { Connections, DatabaseConnection } from '../connections';
import { keyToText } from '../keys';
import { failedPlace, type Place, requireClass } from '../source';
import { groupBy, messageKind } from '../tree';
import { failureText } from './words';

/** How many of the newest errors of a database are marked. */
const mostErrors = 200;
/** How many different failures: each stack is read once. */
const mostFailures = 50;

interface Mark extends Place {
  readonly text: string;
}

/**
 * Errored jobs as problems on the lines that failed, gone when the jobs are. Reads what the views have asked for anyway,
 * so no database is opened or probed for them.
 */
export class FailureMarks implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('datajoint');
  private readonly subscriptions: vscode.Disposable[];
  private readonly marks = new Map<DatabaseConnection, readonly Mark[]>();
  /** Where a failure happened, by its newest job: a stack is long and does not change. */
  private places = new Map<string, Place | null>();
  private drawing: Promise<void> = Promise.resolve();

  constructor(private readonly connections: Connections) {
    this.subscriptions = [
      connections.onDidAnswer(() => this.update()),
      vscode.workspace.onDidSaveTextDocument(() => {
        this.places = new Map();
        this.update();
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.collection.dispose();
  }

  private update(): void {
    this.drawing = this.drawing.then(() => this.draw()).catch((thrown: unknown) => log().warn(sentenceOf(thrown)));
  }

  private async draw(): Promise<void> {
    const known = new Set(this.connections.all);
    for (const connection of this.marks.keys()) if (!known.has(connection)) this.marks.delete(connection);
    for (const connection of known) {
      const marks = await this.marksOf(connection);
      if (marks !== null) this.marks.set(connection, marks);
    }
    this.show([...this.marks.values()].flat());
  }

  /** Null: not known just now. */
  private async marksOf(connection: DatabaseConnection): Promise<readonly Mark[] | null> {
    const { state } = connection;
    if (state.kind !== 'ready' || connection.folders.length === 0) return state.kind === 'disconnected' ? [] : null;
    const list = await connection.data.errors(mostErrors).catch(() => null);
    if (list === null) return null;
    const groups = groupBy(list.jobs, (job) => JSON.stringify([job.table.schema, job.table.table, messageKind(job.message)]));
    const marks: Mark[] = [];
    for (const jobs of [...groups.values()].slice(0, mostFailures)) {
      const [job] = jobs;
      const place = job === undefined ? null : await this.placeOf(connection, state.opened.overview, job);
      if (job === undefined || place === null) continue;
      marks.push({ ...place, text: failureText(state.opened.overview.named(job.table).className, job.message, jobs.length) });
    }
    return marks;
  }

  private async placeOf(connection: DatabaseConnection, overview: Overview, job: JobSummary): Promise<Place | null> {
    const id = JSON.stringify([connection.id, job.table, keyToText(job.key), job.completedAt]);
    const known = this.places.get(id);
    if (known !== undefined) return known;
    const place = await findPlace(connection, overview, job);
    this.places.set(id, place);
    return place;
  }

  private show(marks: readonly Mark[]): void {
    const byFile = groupBy(marks, ({ file }) => file);
    this.collection.clear();
    this.collection.set([...byFile].map(([file, members]) => [vscode.Uri.file(file), members.map(problemAt)]));
  }
}

/** Null when this workspace has no class for the table, or the job is gone. */
async function findPlace(connection: DatabaseConnection, overview: Overview, job: JobSummary): Promise<Place | null> {
  try {
    const { className } = overview.named(job.table);
    const source = await requireClass(connection, job.table.schema, className);
    const detail = (await overview.job(job.table, job.key)).job;
    return await failedPlace(source, { stack: detail?.stack ?? '', version: detail?.version ?? '' });
  } catch {
    return null;
  }
}

function problemAt({ line, column, text }: Mark): vscode.Diagnostic {
  const start = Math.max(0, (column ?? 1) - 1);
  return diagnostic(new vscode.Range(line - 1, start, line - 1, Number.MAX_SAFE_INTEGER), text);
}
