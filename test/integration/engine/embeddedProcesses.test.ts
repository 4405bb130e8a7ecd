import { embedded } from './embedded';
import { killing } from './killing';
import { processes } from './processes';

processes('the embedded database', embedded());
killing('the embedded database', embedded());
