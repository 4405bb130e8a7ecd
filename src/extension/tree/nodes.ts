import type { JobStatus, JobSummary, NamedTable, SchemaSummary, TableSummary, WorkerSummary } from '../../engine';
import type { TableClass } from '../../pipeline';
import type { DatabaseConnection } from '../connections';

/** What the two trees are made of. `id` is unique in its view and stable from one refresh to the next. */
export interface ConnectionNode {
  readonly kind: 'connection';
  readonly id: string;
  readonly connection: DatabaseConnection;
}

/** Something that could not be read, with the sentence that says why. */
export interface ProblemNode {
  readonly kind: 'problem';
  readonly id: string;
  readonly connection: DatabaseConnection;
  readonly message: string;
}

/** Rows for what could not be read beside other rows of a list. */
export const problemNodes = (parent: string, connection: DatabaseConnection, problems: readonly string[]): ProblemNode[] =>
  problems.map((message) => ({ kind: 'problem', id: `${parent}/problem/${message}`, connection, message }));

/** A line that only says something. */
export interface NoteNode {
  readonly kind: 'note';
  readonly id: string;
  readonly text: string;
}

/** Stands where rows will be that take long to read. */
export const reading = (parent: string): NoteNode => ({ kind: 'note', id: `${parent}/reading`, text: 'Reading…' });

export interface SchemaNode {
  readonly kind: 'schema';
  readonly id: string;
  readonly connection: DatabaseConnection;
  readonly schema: SchemaSummary;
  /** Null while they have not been counted. */
  readonly tables: readonly TableSummary[] | null;
  readonly expanded: boolean;
}

export interface TableNode {
  readonly kind: 'table';
  readonly id: string;
  readonly connection: DatabaseConnection;
  readonly table: TableSummary;
  readonly parts: readonly TableSummary[];
  /** False where the sources are known and have no class for it. */
  readonly hasClass: boolean;
}

/** A table class of the sources that the database does not have yet. */
export interface ClassNode {
  readonly kind: 'class';
  readonly id: string;
  readonly connection: DatabaseConnection;
  readonly tableClass: TableClass;
}

export interface JobGroupNode {
  readonly kind: 'jobGroup';
  readonly id: string;
  readonly connection: DatabaseConnection;
  readonly table: NamedTable;
  readonly status: JobStatus;
  readonly count: number;
}

export interface JobNode {
  readonly kind: 'job';
  readonly id: string;
  readonly connection: DatabaseConnection;
  readonly table: NamedTable;
  readonly job: JobSummary;
  /** It stands below a message that it shares with others. */
  readonly grouped: boolean;
}

/** Asks for the next page of the list that it ends. */
export interface MoreNode {
  readonly kind: 'more';
  readonly id: string;
  /** The list, as `Pages` counts them. */
  readonly list: string;
  readonly remaining: number;
}

/** Errors of one table, or those of them that say the same. */
export interface ErrorGroupNode {
  readonly kind: 'errorGroup';
  readonly id: string;
  readonly connection: DatabaseConnection;
  readonly table: NamedTable;
  /** Null: all of the table. */
  readonly message: string | null;
  readonly jobs: readonly JobSummary[];
}

/** A process that holds jobs. */
export interface WorkerNode {
  readonly kind: 'worker';
  readonly id: string;
  readonly connection: DatabaseConnection;
  readonly worker: WorkerSummary;
  /** Of each of its jobs, in their order. */
  readonly tables: readonly NamedTable[];
}

export type TreeNode =
  | ConnectionNode
  | ProblemNode
  | NoteNode
  | SchemaNode
  | TableNode
  | ClassNode
  | JobGroupNode
  | JobNode
  | MoreNode
  | ErrorGroupNode
  | WorkerNode;
