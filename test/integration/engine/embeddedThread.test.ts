// The driver in a thread of its own: the areas where it could differ from the one in this thread.
import { document000 } from './document000';
import { embedded } from './embedded';
import { populating } from './populate';
import { rows } from './rows';
import { transactions } from './transactions';
import { values } from './values';

for (const area of [values, rows, transactions, populating, document000]) {
  area('the embedded database in a thread', embedded({ thread: true }));
}
