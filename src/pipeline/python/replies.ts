/**
 * What Python says, checked where it comes in. The process runs the code of a pipeline with all its libraries: what arrives on
 * the bridge's socket need not be what the bridge wrote.
 */
import type { Made } from '../../engine';
import type { NativeResult, PythonReport, WireError, WireReply } from './wire';

type Fields = Readonly<Record<string, unknown>>;

/** A message of the bridge; null for a line that is none. */
export function readReply(line: string): WireReply | null {
  const message = fieldsOf(parsed(line));
  if (message === null) return null;
  if (Object.hasOwn(message, 'ok')) return { ok: message['ok'] };
  if (message['ask'] === 'finish') return { ask: 'finish' };
  if (Number.isSafeInteger(message['changes'])) return { changes: message['changes'] as number };
  for (const name of ['error', 'failed'] as const) {
    const error = readError(message[name]);
    if (error !== null) return name === 'error' ? { error } : { failed: error };
  }
  return null;
}

/** Whether Python has left a line of the terminal unfinished; null for a line that does not tell. */
export function readUnfinished(line: string): boolean | null {
  const unfinished = fieldsOf(parsed(line))?.['unfinished'];
  return typeof unfinished === 'boolean' ? unfinished : null;
}

/** What became of a key; null for an answer that does not say. */
export function readMade(answer: unknown): Made | null {
  const made = fieldsOf(answer)?.['made'];
  return made === 'made' || made === 'nothing' || made === 'there' ? made : null;
}

/** What datajoint-python's populate() returned; null for anything else. */
export function readNative(answer: unknown): NativeResult | null {
  const { success_count, error_list } = fieldsOf(answer) ?? {};
  if (!Number.isSafeInteger(success_count) || !Array.isArray(error_list)) return null;
  const errors = error_list.flatMap((each: unknown): [Record<string, string>, string][] => {
    if (!Array.isArray(each)) return [];
    const [key, message] = each as unknown[];
    const fields = fieldsOf(key);
    return fields === null || typeof message !== 'string' ? [] : [[Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)])), message]];
  });
  return errors.length === error_list.length ? { success_count: success_count as number, error_list: errors } : null;
}

/** A table class that has been loaded; null for an answer that does not describe one. */
export function readReport(answer: unknown): PythonReport | null {
  const report = fieldsOf(answer);
  const connection = fieldsOf(report?.['connection']);
  if (report === null || connection === null) return null;
  const { tier, maker, jobs, parts, key_source: source } = report;
  const isWhole =
    ['datajoint', 'python', 'schema', 'table'].every((name) => typeof report[name] === 'string') &&
    ['pid', 'number'].every((name) => Number.isSafeInteger(report[name])) &&
    oneOf(tier, 'imported', 'computed', null) &&
    oneOf(maker, 'make', '_make_tuples', 'parts', null) &&
    oneOf(jobs, 'table', 'schema') &&
    areTexts(parts) &&
    (source === null || isKeySource(source)) &&
    ['host', 'user'].every((name) => typeof connection[name] === 'string') &&
    ['port', 'id'].every((name) => Number.isSafeInteger(connection[name]));
  return isWhole ? (report as unknown as PythonReport) : null;
}

function isKeySource(value: unknown): boolean {
  const source = fieldsOf(value);
  return source !== null && typeof source['sql'] === 'string' && areTexts(source['key']) && areTexts(source['others']);
}

const oneOf = (value: unknown, ...known: readonly (string | null)[]): boolean => known.some((each) => each === value);
const areTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((each) => typeof each === 'string');

function readError(value: unknown): WireError | null {
  const error = fieldsOf(value);
  if (error === null || typeof error['stage'] !== 'string') return null;
  const texts = ['type', 'message', 'traceback', 'printed', 'file', 'found'].filter((name) => typeof error[name] === 'string');
  const flags = ['lost', 'duplicate'].filter((name) => typeof error[name] === 'boolean');
  const { numbers, names, version } = error;
  return {
    ...Object.fromEntries([...texts, ...flags].map((name) => [name, error[name]])),
    stage: error['stage'],
    ...(Array.isArray(numbers) ? { numbers: numbers.filter((each): each is number => typeof each === 'number') } : {}),
    ...(areTexts(names) ? { names } : {}),
    ...(typeof version === 'string' || version === null ? { version } : {}),
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

const fieldsOf = (value: unknown): Fields | null => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null);
