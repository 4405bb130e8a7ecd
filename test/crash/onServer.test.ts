import { serverTitle } from '../harness/serverKind';
import { onTestServer } from '../integration/engine/server';
import { atEachStep } from './atEachStep';
import { deadlocks } from './deadlocks';
import { killedWorkers } from './killedWorkers';
import { storms } from './stormTests';
import { zombies } from './zombies';

const open = onTestServer();
for (const area of [killedWorkers, atEachStep, zombies, deadlocks, storms]) area(serverTitle, open);
