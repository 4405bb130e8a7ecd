import { DataJointError, type ErrorCode, messageOf } from '../../errors';
import { beginning, cutMiddle } from '../../jobs';
import { failureMessage, Interruption } from '../failure';

/** Something that was thrown, as it travels between processes. */
export type WireThrown =
  | { readonly kind: 'error'; readonly name: string; readonly message: string; readonly stack: string; readonly code: ErrorCode | null }
  | { readonly kind: 'interruption'; readonly reason: Interruption['reason'] }
  | { readonly kind: 'value'; readonly value: unknown };

/** Longer messages are cut: a pipe between processes is no place for them. */
const MOST_CHARACTERS = 100_000;

export function toWire(thrown: unknown): WireThrown {
  if (thrown instanceof Interruption) return { kind: 'interruption', reason: thrown.reason };
  if (thrown instanceof Error) {
    return {
      kind: 'error',
      name: thrown.name,
      message: beginning(messageOf(thrown), MOST_CHARACTERS),
      stack: cutMiddle(thrown.stack ?? '', MOST_CHARACTERS),
      code: thrown instanceof DataJointError ? thrown.code : null,
    };
  }
  try {
    return { kind: 'value', value: structuredClone(thrown) };
  } catch {
    return { kind: 'value', value: failureMessage(thrown) };
  }
}

/** The same error as far as its name, message, stack and code go. */
export function fromWire(thrown: WireThrown): unknown {
  if (thrown.kind === 'value') return thrown.value;
  if (thrown.kind === 'interruption') return new Interruption(thrown.reason);
  const { name, message, stack, code } = thrown;
  const error = code === null ? new Error(message) : new DataJointError(code, message);
  Object.defineProperty(error, 'name', { value: name, configurable: true });
  error.stack = stack;
  return error;
}
