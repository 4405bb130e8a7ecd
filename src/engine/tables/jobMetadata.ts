import type { Attribute, ColumnType, DefaultValue, TableSpec } from '../database';

/** The hidden attributes that tell of the job that made a row: when it began, how many seconds it took, of which code. */
export const JOB_METADATA = { start: '_job_start_time', duration: '_job_duration', version: '_job_version' } as const;

/** The longest version that fits. */
export const VERSION_LENGTH = 64;

const hidden = (name: string, declaredType: string, column: ColumnType, value: DefaultValue): Attribute => ({
  name,
  declaredType,
  column,
  codec: null,
  inKey: false,
  nullable: true,
  autoIncrement: false,
  default: value,
  comment: '',
  lineage: null,
});

/**
 * The table with the hidden attributes that `jobs.add_job_metadata` asks for, last.
 * Source: datajoint-python 2.3.2, `declare.declare` and `adapters.mysql.job_metadata_columns`.
 */
export function withJobMetadata(spec: TableSpec): TableSpec {
  const added = [
    hidden(JOB_METADATA.start, 'datetime(3)', { kind: 'datetime', precision: 3 }, { kind: 'null' }),
    hidden(JOB_METADATA.duration, 'float32', { kind: 'float', bits: 32 }, { kind: 'null' }),
    hidden(JOB_METADATA.version, `varchar(${VERSION_LENGTH})`, { kind: 'varchar', length: VERSION_LENGTH }, { kind: 'literal', text: '' }),
  ];
  return { ...spec, attributes: [...spec.attributes, ...added] };
}

/** True when the table was declared with them, by whichever program. */
export function hasJobMetadata(spec: TableSpec): boolean {
  return spec.attributes.some(({ name }) => name === JOB_METADATA.start);
}
