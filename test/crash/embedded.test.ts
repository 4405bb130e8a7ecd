import { embedded } from '../integration/engine/embedded';
import { atEachStep } from './atEachStep';
import { killedWorkers } from './killedWorkers';
import { storms } from './stormTests';
import { zombies } from './zombies';

for (const area of [killedWorkers, atEachStep, zombies, storms]) area('the embedded database', embedded());
