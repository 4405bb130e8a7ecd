import { badMakes } from './badMakes';
import { catalogue } from './catalogue';
import { definitions } from './definitions';
import { document000 } from './document000';
import { document001 } from './document001';
import { document002 } from './document002';
import { document003 } from './document003';
import { embedded } from './embedded';
import { expressions } from './expressions';
import { jobQueue } from './jobQueue';
import { oldQueues } from './oldQueues';
import { populating } from './populate';
import { populateRules } from './populateRules';
import { references } from './references';
import { removal } from './removal';
import { reservations } from './reservations';
import { restrictions } from './restrictions';
import { rows } from './rows';
import { schedules } from './schedules';
import { statementCounts } from './statementCounts';
import { transactions } from './transactions';
import { upstreamArea } from './upstream';
import { values } from './values';

const areas = [
  definitions, values, references, rows, restrictions, expressions, removal, catalogue, transactions,
  populating, populateRules, badMakes, upstreamArea, jobQueue, schedules, reservations, statementCounts, document000, document001, oldQueues, document002, document003,
];

for (const area of areas) area('the embedded database', embedded());
