import { definitions } from './definitions';
import { embedded } from './embedded';
import { expressions } from './expressions';
import { jobQueue } from './jobQueue';
import { populating } from './populate';
import { references } from './references';
import { removal } from './removal';
import { restrictions } from './restrictions';
import { rows } from './rows';
import { transactions } from './transactions';
import { values } from './values';

for (const area of [definitions, values, references, rows, restrictions, expressions, removal, transactions, populating, jobQueue]) area('the embedded database', embedded());
