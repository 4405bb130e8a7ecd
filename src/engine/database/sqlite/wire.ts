import {
  DataJointError,
  DuplicateError,
  IntegrityError,
  LostConnectionError,
  UnknownAttributeError,
  messageOf,
  type ErrorCode,
} from '../../errors';
import { BatchError, type Driver } from './driver';
import type { DriverOptions } from './inlineDriver';

/**
 * The messages between a `ThreadDriver` and its worker. Errors lose their class on the way, so they travel as plain
 * records and are made anew.
 */
export type Method = keyof Driver;

export interface Request {
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

export type Reply = { readonly id: number } & ({ readonly result: unknown } | { readonly error: WireError });

export interface WireError {
  readonly code: ErrorCode | null;
  readonly message: string;
  /** The step of a `BatchError`, which then is what this error stands for. */
  readonly step: number | null;
  readonly cause: string | null;
}

export type WorkerOptions = DriverOptions;

export function packError(thrown: unknown): WireError {
  if (thrown instanceof BatchError) return { ...packError(thrown.cause), step: thrown.step };
  if (!(thrown instanceof DataJointError)) return { code: null, message: String(thrown), step: null, cause: null };
  const cause = thrown.cause === undefined ? null : messageOf(thrown.cause);
  return { code: thrown.code, message: thrown.message, step: null, cause };
}

export function unpackError(error: WireError): Error {
  const unpacked = error.code === null ? new Error(error.message) : errorOf(error.code, error.message, error.cause);
  return error.step === null ? unpacked : new BatchError(error.step, unpacked);
}

function errorOf(code: ErrorCode, message: string, cause: string | null): DataJointError {
  const options = cause === null ? {} : { cause: new Error(cause) };
  switch (code) {
    case 'duplicate':
      return new DuplicateError(message, options);
    case 'integrity':
      return new IntegrityError(message, options);
    case 'connection_lost':
      return new LostConnectionError(message, options);
    case 'unknown_attribute':
      return new UnknownAttributeError(message, options);
    default:
      return new DataJointError(code, message, options);
  }
}
