import { areas } from './areas';
import { serverTitle } from '../../harness/serverKind';
import { onTestServer } from './server';

const open = onTestServer();
for (const area of areas) area(serverTitle, open);
