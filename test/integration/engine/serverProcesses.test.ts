import { serverTitle } from '../../harness/serverKind';
import { onTestServer } from './server';
import { killing } from './killing';
import { processes } from './processes';
import { workerLife } from './workerLife';

processes(serverTitle, onTestServer());
killing(serverTitle, onTestServer());
workerLife(serverTitle, onTestServer());
