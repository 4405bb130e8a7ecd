/** Holds several processes up until all of them are where the test wants them, so that none is left over by luck. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

export interface Gate {
  /** The gate is open as soon as there is this file: any language can look for it. */
  readonly file: string;
  open(): Promise<void>;
}

/** A gate that is closed. */
export function closedGate(context: TestContext): Gate {
  const file = path.join(tmpdir(), `djw-gate-${randomUUID()}`);
  context.after(() => rm(file, { force: true }));
  return { file, open: () => writeFile(file, '') };
}

/** Resolves when the gate is open. */
export async function passGate(file: string): Promise<void> {
  while (!existsSync(file)) await pause(10);
}
