import { announcement } from './announcement';
import { areas } from './areas';
import { embedded } from './embedded';

for (const area of [...areas, announcement]) area('the embedded database', embedded());
