import { definitions } from './definitions';
import { embedded } from './embedded';
import { expressions } from './expressions';
import { references } from './references';
import { restrictions } from './restrictions';
import { rows } from './rows';
import { values } from './values';

for (const area of [definitions, values, references, rows, restrictions, expressions]) area('the embedded database', embedded());
