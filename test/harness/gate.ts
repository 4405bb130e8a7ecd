/** Holds several processes up until all of them are where the test wants them, so that none is left over by luck. */
import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

export interface Gate {
  /** The gate is closed while there is this file: any language can look for it. */
  readonly file: string;
  open(): Promise<void>;
}

/** A gate that is closed. It opens at the end of the test, so that no process waits at it after that. */
export function closedGate(context: TestContext): Gate {
  const file = path.join(tmpdir(), `djw-gate-${randomUUID()}`);
  writeFileSync(file, '');
  const open = () => rm(file, { force: true });
  context.after(open);
  return { file, open };
}

/** Resolves when the gate is open. */
export async function passGate(file: string): Promise<void> {
  while (existsSync(file)) await pause(10);
}
