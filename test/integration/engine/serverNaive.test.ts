import { serverTitle } from '../../harness/server';
import { onTestServer } from './server';
import { naiveEvaluation } from './naiveEvaluation';

naiveEvaluation(serverTitle, onTestServer());
