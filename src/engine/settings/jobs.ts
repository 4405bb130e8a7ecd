import type { Sources } from './sources';
import type { Values } from './values';

/** The `jobs.*` settings of datajoint-python 2.3 (settings.JobsSettings). */
export interface JobSettings {
  /** Populating with reservations first adds the missing jobs. */
  readonly autoRefresh: boolean;
  /** Finished jobs stay in the queue with status `success`. */
  readonly keepCompleted: boolean;
  /** Seconds after which a pending job is checked for whether it is still to do. */
  readonly staleTimeout: number;
  /** 0 to 255, lower is sooner. */
  readonly defaultPriority: number;
  /** What a job records as `version`: the commit, an empty text, or nothing asked. */
  readonly versionMethod: 'git' | 'none' | null;
  /** New Computed and Imported tables get hidden attributes with start, duration and version of their jobs. */
  readonly addJobMetadata: boolean;
  readonly allowNewPkFieldsInComputedTables: boolean;
}

export const defaultJobSettings: JobSettings = {
  autoRefresh: true,
  keepCompleted: false,
  staleTimeout: 3600,
  defaultPriority: 5,
  versionMethod: null,
  addJobMetadata: false,
  allowNewPkFieldsInComputedTables: false,
};

/**
 * Each setting from the file (`jobs.auto_refresh`), `DJ_JOBS` (an object as JSON), `DJ_JOBS_AUTO_REFRESH`, or its
 * default. Observed: in datajoint-python 2.3.2 the file wins over these variables.
 */
export function jobSettings({ environment, file }: Sources): JobSettings {
  const together = environment.object('DJ_JOBS');
  const pick = <T>(name: string, read: (values: Values, key: string) => T | undefined, otherwise: T): T =>
    read(file, `jobs.${name}`) ??
    read(together, name) ??
    read(environment, `DJ_JOBS_${name.toUpperCase()}`) ??
    otherwise;
  const flag = (values: Values, key: string): boolean | undefined => values.flag(key);
  const otherwise = defaultJobSettings;
  return {
    autoRefresh: pick('auto_refresh', flag, otherwise.autoRefresh),
    keepCompleted: pick('keep_completed', flag, otherwise.keepCompleted),
    staleTimeout: pick('stale_timeout', (values, key) => values.whole(key, 0, Infinity), otherwise.staleTimeout),
    defaultPriority: pick('default_priority', (values, key) => values.whole(key, 0, 255), otherwise.defaultPriority),
    versionMethod: pick<'git' | 'none' | null>(
      'version_method',
      (values, key) => values.choice<'git' | 'none'>(key, ['git', 'none']),
      otherwise.versionMethod,
    ),
    addJobMetadata: pick('add_job_metadata', flag, otherwise.addJobMetadata),
    allowNewPkFieldsInComputedTables: pick(
      'allow_new_pk_fields_in_computed_tables',
      flag,
      otherwise.allowNewPkFieldsInComputedTables,
    ),
  };
}
