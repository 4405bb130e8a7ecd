import { badMakes } from './badMakes';
import { cascades } from './cascades';
import { brokenTables } from './brokenTables';
import { catalogue } from './catalogue';
import { concurrency } from './concurrency';
import { declaredTogether } from './declaredTogether';
import { definitions } from './definitions';
import type { Area } from './describeEngine';
import { document000 } from './document000';
import { document001 } from './document001';
import { document002 } from './document002';
import { document003 } from './document003';
import { expressions } from './expressions';
import { hostileQueues } from './hostileQueues';
import { jobQueue } from './jobQueue';
import { leftQueues } from './leftQueues';
import { madeMeanwhile } from './madeMeanwhile';
import { oldQueues } from './oldQueues';
import { populating } from './populate';
import { populateRules } from './populateRules';
import { references } from './references';
import { removal } from './removal';
import { reservations } from './reservations';
import { restrictions } from './restrictions';
import { rows } from './rows';
import { schedules } from './schedules';
import { sqlText } from './sqlText';
import { statementCounts } from './statementCounts';
import { transactions } from './transactions';
import { upstreamArea } from './upstream';
import { values } from './values';

/** The conformance suite: what every database must pass, unchanged. */
export const areas: readonly Area[] = [
  definitions,
  declaredTogether,
  values,
  references,
  rows,
  restrictions,
  sqlText,
  expressions,
  removal,
  cascades,
  catalogue,
  transactions,
  populating,
  populateRules,
  badMakes,
  upstreamArea,
  concurrency,
  madeMeanwhile,
  jobQueue,
  schedules,
  reservations,
  oldQueues,
  leftQueues,
  brokenTables,
  hostileQueues,
  statementCounts,
  document000,
  document001,
  document002,
  document003,
];
