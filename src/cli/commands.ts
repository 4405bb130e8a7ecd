/** All commands, in the order of the help. */
import type { Command } from './command';
import { describe } from './commands/describe';
import { errors } from './commands/errors';
import { jobs } from './commands/jobs';
import { kill } from './commands/kill';
import { list } from './commands/list';
import { populate } from './commands/populate';
import { progress } from './commands/progress';
import { refresh } from './commands/refresh';
import { retry } from './commands/retry';
import { run } from './commands/run';
import { server } from './commands/server';
import { worker } from './commands/worker';

export const commands: readonly Command[] = [run, list, describe, populate, worker, refresh, progress, jobs, errors, retry, kill, server];
