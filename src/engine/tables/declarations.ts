import { AsyncLocalStorage } from 'node:async_hooks';

/** The reader of the program that the running code belongs to; called when the program needs the database. */
const reader = new AsyncLocalStorage<() => void>();

/**
 * Runs a program for the tables that it declares and for nothing else: where it first wants the database it waits for
 * ever, with everything that would come after. Resolves when it has ended or got there.
 * @throws what the program throws before
 */
export async function readDeclarations(program: () => Promise<unknown>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    reader.run(resolve, program).then(() => resolve(), reject);
  });
}

/** Never resolves in a program that is only read for its declarations; null in all others. */
export function heldForDeclarations(): Promise<never> | null {
  const tell = reader.getStore();
  if (tell === undefined) return null;
  tell();
  return new Promise(() => undefined);
}
