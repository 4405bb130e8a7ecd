import { embedded } from './embedded';
import { naiveEvaluation } from './naiveEvaluation';

naiveEvaluation('the embedded database', embedded());
