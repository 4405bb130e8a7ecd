/** The attributes that a table gets beside its definition's: hidden from headings, queries and inserts. */
import type { Attribute, HiddenForm, TableSpec } from '../database';

/** The hidden attributes that tell of the job that made a row: when it began, how many seconds it took, of which code. */
export const JOB_METADATA = { start: '_job_start_time', duration: '_job_duration', version: '_job_version' } as const;

/** The hidden attribute that tells where a row of a Manual table came from. */
export const PROVENANCE = '_prov';

/** The longest version that fits. */
export const VERSION_LENGTH = 64;

type Hidden = Pick<Attribute, 'name' | 'declaredType' | 'column' | 'default' | 'nullable' | 'comment'>;

const hidden = (attribute: Hidden): Attribute => ({ ...attribute, codec: null, inKey: false, autoIncrement: false, lineage: null });

/**
 * The table with the hidden attributes that `jobs.add_job_metadata` asks for, last.
 * Source: datajoint-python 2.3.5, `declare.JOB_METADATA_DEFINITION`; before 2.3.4 `adapters.mysql.job_metadata_columns`,
 * without comments and with a version that may be NULL.
 */
export function withJobMetadata(spec: TableSpec, form: HiddenForm): TableSpec {
  const isOld = form === 'before 2.3.4';
  const added: Hidden[] = [
    {
      name: JOB_METADATA.start,
      declaredType: 'datetime(3)',
      column: { kind: 'datetime', precision: 3 },
      nullable: true,
      default: { kind: 'null' },
      comment: isOld ? '' : 'when computation began',
    },
    {
      name: JOB_METADATA.duration,
      declaredType: 'float32',
      column: { kind: 'float', bits: 32 },
      nullable: true,
      default: { kind: 'null' },
      comment: isOld ? '' : 'computation duration in seconds',
    },
    {
      name: JOB_METADATA.version,
      declaredType: `varchar(${VERSION_LENGTH})`,
      column: { kind: 'varchar', length: VERSION_LENGTH },
      nullable: isOld,
      default: { kind: 'literal', text: '' },
      comment: isOld ? '' : 'code version',
    },
  ];
  return { ...spec, attributes: [...spec.attributes, ...added.map(hidden)] };
}

/**
 * The table with the hidden attribute that `provenance.capture` asks for in Manual tables, last: where a row came from.
 * Source: datajoint-python 2.3.5, `declare.PROV_DEFINITION`.
 */
export function withProvenance(spec: TableSpec): TableSpec {
  const added: Hidden = {
    name: PROVENANCE,
    declaredType: 'json',
    column: { kind: 'json' },
    nullable: true,
    default: { kind: 'null' },
    comment: 'extrinsic provenance for a row that entered from outside',
  };
  return { ...spec, attributes: [...spec.attributes, hidden(added)] };
}

/** True when the table was declared with them, by whichever program. */
export function hasJobMetadata(spec: TableSpec): boolean {
  return spec.attributes.some(({ name }) => name === JOB_METADATA.start);
}
