import { embedded } from '../integration/engine/embedded';
import { killedWorkers } from './killedWorkers';

killedWorkers('the embedded database', embedded());
