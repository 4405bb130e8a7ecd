/** Which server is behind a session: what differs between them is decided here alone. */
export interface Server {
  readonly isMariaDb: boolean;
  /** 8.0.36, 10.11.6. */
  readonly version: string;
  /** `SELECT … FOR UPDATE SKIP LOCKED`: MySQL 8.0.1, MariaDB 10.6. */
  readonly skipsLocked: boolean;
  /** Indexes on expressions, listed in `information_schema.statistics.expression`: MySQL 8.0.13. */
  readonly hasExpressionIndexes: boolean;
  /** `DELETE FROM t AS a`: MySQL 8.0.16, MariaDB 11.6. */
  readonly aliasesDeletes: boolean;
  /** Column defaults are reported as SQL (`'text'`, `NULL`) and not as bare text: MariaDB 10.2.7. */
  readonly quotesDefaults: boolean;
  /** Where sessions are listed. To ask information_schema of MySQL counts as rows written: 8.0.22 has another place. */
  readonly processlist: 'performance_schema.processlist' | 'information_schema.processlist';
  /** Who waits for a lock can be asked: on MySQL from 8.0.1 on, of performance_schema. */
  readonly tellsLockWaits: boolean;
  /** Writes at READ COMMITTED are taken: not where InnoDB's statements go to a binary log as their text. */
  readonly writesReadCommitted: boolean;
}

/** The variables that `readServer` reads. */
export const SERVER_VARIABLES = ['version', 'performance_schema', 'log_bin', 'binlog_format'] as const;

/** Reads the server's variables; `version`: `8.0.36`, `10.11.6-MariaDB-0+deb12u1`, `5.5.5-10.4.1-MariaDB`. */
export function readServer(variables: Readonly<Partial<Record<(typeof SERVER_VARIABLES)[number], string>>>): Server {
  const text = variables.version ?? '';
  const isMariaDb = /mariadb/i.test(text);
  const version = /\d+\.\d+\.\d+/.exec(isMariaDb ? text.replace(/^5\.5\.5-/, '') : text)?.[0] ?? '0.0.0';
  const reaches = (...wanted: readonly number[]): boolean => {
    const have = version.split('.').map(Number);
    const differing = wanted.findIndex((part, index) => have[index] !== part);
    return differing < 0 || (have[differing] ?? 0) > (wanted[differing] ?? 0);
  };
  const hasPerformanceSchema = variables.performance_schema === 'ON';
  return {
    isMariaDb,
    version,
    skipsLocked: isMariaDb ? reaches(10, 6, 0) : reaches(8, 0, 1),
    hasExpressionIndexes: !isMariaDb && reaches(8, 0, 13),
    aliasesDeletes: isMariaDb ? reaches(11, 6, 0) : reaches(8, 0, 16),
    quotesDefaults: isMariaDb && reaches(10, 2, 7),
    processlist:
      !isMariaDb && reaches(8, 0, 22) && hasPerformanceSchema
        ? 'performance_schema.processlist'
        : 'information_schema.processlist',
    tellsLockWaits: isMariaDb || (reaches(8, 0, 1) && hasPerformanceSchema),
    writesReadCommitted: variables.log_bin !== 'ON' || variables.binlog_format !== 'STATEMENT',
  };
}
