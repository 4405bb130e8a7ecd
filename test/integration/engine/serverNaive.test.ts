import { serverTitle } from '../../harness/serverKind';
import { onTestServer } from './server';
import { naiveEvaluation } from './naiveEvaluation';

naiveEvaluation(serverTitle, onTestServer());
