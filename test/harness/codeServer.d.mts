import type { ChildProcess } from 'node:child_process';

export interface RunningCodeServer {
  readonly process: ChildProcess;
  readonly address: string;
  output(): string;
}

export function startCodeServer(options: {
  readonly home: string;
  readonly vsix: string;
  readonly others?: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly untrusted?: boolean;
}): Promise<RunningCodeServer>;

export function stopCodeServer(server: ChildProcess): Promise<void>;
