import { badMakes } from './badMakes';
import { definitions } from './definitions';
import { document000 } from './document000';
import { document002 } from './document002';
import { expressions } from './expressions';
import { jobQueue } from './jobQueue';
import { mariadb } from './mariadb';
import { populating } from './populate';
import { references } from './references';
import { removal } from './removal';
import { restrictions } from './restrictions';
import { rows } from './rows';
import { statementCounts } from './statementCounts';
import { transactions } from './transactions';
import { upstreamArea } from './upstream';
import { values } from './values';

const open = mariadb();
for (const area of [definitions, values, references, rows, restrictions, expressions, removal, transactions, populating, badMakes, upstreamArea, jobQueue, statementCounts, document000, document002]) area('MariaDB', open);
