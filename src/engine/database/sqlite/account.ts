import { userInfo } from 'node:os';

/** The name of the account that runs this process. A container may run it under a number that has no name. */
export function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? `uid${process.getuid?.() ?? ''}`;
  }
}
