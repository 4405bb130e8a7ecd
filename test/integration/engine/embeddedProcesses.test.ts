import { embedded } from './embedded';
import { killing } from './killing';
import { processes } from './processes';
import { workerLife } from './workerLife';

processes('the embedded database', embedded());
killing('the embedded database', embedded());
workerLife('the embedded database', embedded());
