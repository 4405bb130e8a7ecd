import { embedded } from './embedded';
import { processes } from './processes';

processes('the embedded database', embedded());
