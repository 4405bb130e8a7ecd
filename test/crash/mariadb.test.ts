import { mariadb } from '../integration/engine/mariadb';
import { atEachStep } from './atEachStep';
import { deadlocks } from './deadlocks';
import { killedWorkers } from './killedWorkers';
import { storms } from './stormTests';
import { zombies } from './zombies';

const open = mariadb();
for (const area of [killedWorkers, atEachStep, zombies, deadlocks, storms]) area('MariaDB', open);
