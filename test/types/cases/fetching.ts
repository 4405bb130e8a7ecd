/** `fetch`, `fetch1` and their kin give the types of the definition; a name that is no attribute does not compile. */
import { Loose, Peaks, Session, Subject, Trace, Unaided } from './pipeline';
import { is } from './same';

interface SessionRow {
  subject_id: string;
  session_idx: number;
  gain: number;
  note: string;
  started: string;
}

export async function fetching(key: { subject_id: string }): Promise<void> {
  is<number>()(await Trace.fetch1('n_samples'));
  is<number>()(await Trace.restrict(key).fetch1('n_samples'));
  is<number>()(await Trace.restrict(key, 'n_samples > 0').exclude(Subject).fetch1('n_samples'));
  is<'mouse' | 'rat'>()(await Subject.fetch1('species'));
  is<'M' | 'F' | 'U' | "it's (unknown)">()(await Subject.fetch1('sex'));
  is<number | null>()(await Subject.fetch1('weight'));
  is<SessionRow>()(await Session.fetch1());
  is<SessionRow>()(await Session.restrict(key).fetch1());
  is<[string, number]>()(await Session.fetch1('subject_id', 'gain'));
  is<[number, { subject_id: string; session_idx: number }]>()(await Session.restrict(key).fetch1('gain', 'KEY'));

  is<SessionRow[]>()(await Session.fetch());
  is<SessionRow[]>()(await Session.restrict(key).fetch({ limit: 1 }));
  is<number[]>()(await Session.fetch('gain'));
  is<number[]>()(await Session.restrict(key).fetch('gain', { orderBy: 'KEY' }));
  is<{ subject_id: string; session_idx: number }[]>()(await Session.fetch('KEY'));
  is<[string[], number[]]>()(await Session.fetch('subject_id', 'gain'));
  is<[string[], number[]]>()(await Session.restrict(key).fetch('subject_id', 'gain', { limit: 3 }));

  is<{ subject_id: string; session_idx: number }[]>()(await Trace.keys());
  is<{ subject_id: string; session_idx: number }[]>()(await Trace.restrict(key).keys({ limit: 1 }));
  is<SessionRow[]>()(await Session.head());
  is<SessionRow[]>()(await Session.restrict(key).tail(3));
  for await (const row of Session.stream()) is<SessionRow>()(row);
  for await (const row of Session.restrict(key)) is<SessionRow>()(row);

  // What the compiler cannot know, the author may say.
  is<unknown>()(await Trace.restrict(key).fetch1('trace'));
  is<Float32Array>()(await Trace.restrict(key).fetch1<Float32Array>('trace'));
  is<Float32Array[]>()(await Trace.query().fetch<Float32Array>('trace'));
}

export async function inherited(): Promise<void> {
  is<{ subject_id: string; session_idx: number; method: string; n_peaks: number }>()(await Peaks.fetch1());
  is<{ subject_id: string; session_idx: number; method: string; peak_idx: number; time: number }>()(await Peaks.Peak.fetch1());
}

export async function unaided(): Promise<void> {
  is<number>()(await Unaided.fetch1('result'));
  is<string>()(await Unaided.restrict('result > 1').fetch1('part'));
  is<unknown>()(await Unaided.fetch1('session_idx'));
  is<[unknown, number]>()(await Unaided.fetch1('whatever', 'result'));
  const [row] = await Unaided.fetch();
  if (row !== undefined) is<number>()(row.result);
}

export async function loose(): Promise<void> {
  is<unknown>()(await Loose.fetch1('b'));
  is<Record<string, unknown>[]>()(await Loose.fetch());
  is<Record<string, unknown>>()(await Loose.restrict({ a: 1 }).proj('b').join(Session).fetch1());
}

export async function mistakes(): Promise<void> {
  // @ts-expect-error -- not an attribute
  await Session.fetch1('gian');
  // @ts-expect-error -- not an attribute
  await Session.restrict('gain > 1').fetch1('gian');
  // @ts-expect-error -- not an attribute
  await Session.restrict('gain > 1').fetch1<number>('gian');
  // @ts-expect-error -- not an attribute, among others
  await Session.fetch1('gain', 'gian');
  // @ts-expect-error -- not an attribute
  await Session.fetch('gian');
  // @ts-expect-error -- not an attribute, among others
  await Session.restrict('gain > 1').fetch('gain', 'gian');
  // @ts-expect-error -- not an attribute, of a part
  await Peaks.Peak.fetch1('amplitude');
  // @ts-expect-error -- in the table that it refers to, but no part of that one's primary key
  await Trace.fetch1('gain');
  // @ts-expect-error -- the name of an index is none
  await Subject.fetch1('index');
}
