/** Types follow the operators. */
import * as dj from 'datajoint-workbench';
import { Method, Peaks, Session, Subject, Trace, Unaided } from './pipeline';
import { is } from './same';

interface SessionKey {
  subject_id: string;
  session_idx: number;
}

export async function projection(): Promise<void> {
  is<SessionKey>()(await Session.proj().fetch1());
  is<SessionKey & { gain: number } extends infer T ? { [N in keyof T]: T[N] } : never>()(await Session.proj('gain').fetch1());
  is<{ subject_id: string; session_idx: number; gain: number; note: string }>()(await Session.proj('...', '-started').fetch1());
  is<{ subject_id: string; session_idx: number; volume: number }>()(await Session.proj({ volume: 'gain' }).fetch1());
  is<{ subject_id: string; session_idx: number; note: string; started: string; volume: number }>()(
    await Session.proj('...', { volume: 'gain' }).fetch1(),
  );
  is<{ subject_id: string; session_idx: number; gain: number; copy: number }>()(await Session.proj('gain', { copy: '(gain)' }).fetch1());
  is<{ session_idx: number; animal: string }>()(await Session.proj({ animal: 'subject_id' }).fetch1('KEY'));
  is<{ subject_id: string; session_idx: number; other: number }>()(await Session.proj({ other: '(session_idx)' }).fetch1('KEY'));
  is<{ subject_id: string; session_idx: number; twice: unknown }>()(await Session.proj({ twice: '2 * gain' }).fetch1());
  is<number>()(await Session.proj({ twice: '2 * gain' }).fetch1<number>('twice'));
  is<number>()(await Session.restrict('gain > 1').proj('gain').restrict('gain < 9').proj('...').fetch1('gain'));
  is<number>()(await Unaided.proj('...', { doubled: '2 * result' }).fetch1('result'));
}

export async function joins(): Promise<void> {
  is<{ subject_id: string; session_idx: number; gain: number; note: string; started: string; n_samples: number; trace: unknown }>()(
    await Session.join(Trace).fetch1(),
  );
  is<SessionKey>()(await Session.join(Trace).fetch1('KEY'));
  is<SessionKey>()(await Subject.join(Session).fetch1('KEY'));
  is<{ subject_id: string; session_idx: number; method: string }>()(await Session.restrict('gain > 1').join(Method).fetch1('KEY'));
  is<{ threshold: number; n_peaks: number }>()(
    await Peaks.join(Method)
      .fetch1()
      .then(({ threshold, n_peaks }) => ({ threshold, n_peaks })),
  );
  is<number | null>()(await Session.extend(Trace).fetch1('n_samples'));
  is<number>()(await Session.extend(Trace).fetch1('gain'));
  is<SessionKey>()(await Session.extend(Subject).fetch1('KEY'));
  is<number | null>()(await Session.proj('gain').union(Trace.proj('n_samples')).fetch1('n_samples'));
}

export async function aggregation(): Promise<void> {
  const counted = Subject.aggr(Session, { n: 'count(session_idx)' });
  is<{ subject_id: string; n: unknown }>()(await counted.fetch1());
  is<number>()(await counted.fetch1<number>('n'));
  const kept = Subject.restrict("species = 'rat'").aggr(Session, { n: 'count(session_idx)' }, { attributes: ['species'] });
  is<{ subject_id: string; species: 'mouse' | 'rat'; n: unknown }>()(await kept.fetch1());
  is<string>()(await Subject.aggr(Session, { n: 'count(session_idx)' }, { attributes: ['...'], keepAllRows: false }).fetch1('date_of_birth'));
}

export async function universalSets(): Promise<void> {
  is<{ species: 'mouse' | 'rat'; sex: 'M' | 'F' | 'U' | "it's (unknown)" }>()(await dj.U('species', 'sex').restrict(Subject).fetch1());
  is<{ gain: number; n: unknown }>()(await dj.U('gain').aggr(Session.join(Trace), { n: 'count(*)' }).fetch1());
  is<{ n: unknown }>()(await dj.U().aggr(Session, { n: 'count(*)' }).fetch1());
}

/** A typed query is a query, a condition, and stands for itself where less is asked of it. */
export function assignable(): dj.Queryable {
  const queries: dj.Query[] = [Session.query(), Session.join(Trace), Session.proj('gain'), Peaks.jobs, Peaks.jobs.errors];
  const conditions: dj.Condition[] = [Session, Session.proj('gain'), { gain: 1 }, [Session, dj.not(Trace)], ...queries];
  const narrower: dj.Query<SessionKey, { gain: number }> = Session.restrict(...conditions);
  return narrower.join(Method);
}

export function mistakes(): void {
  // @ts-expect-error -- not an attribute
  Session.proj('gian');
  // @ts-expect-error -- not an attribute
  Session.proj('...', '-gian');
  // @ts-expect-error -- in the primary key, which a projection keeps
  Session.proj('-subject_id');
  // @ts-expect-error -- left out by the projection
  void Session.proj('gain').fetch1('note');
  // @ts-expect-error -- renamed by the projection
  void Session.proj({ volume: 'gain' }).fetch1('gain');
  // @ts-expect-error -- on neither side of the join
  void Session.join(Trace).fetch1('threshold');
  // @ts-expect-error -- an attribute of the group, not of the result
  void Subject.aggr(Session, { n: 'count(session_idx)' }).fetch1('gain');
  // @ts-expect-error -- no attribute of either
  Subject.aggr(Session, { n: 'count(session_idx)' }, { attributes: ['gian'] });
  // @ts-expect-error -- no attribute of the query
  dj.U('gian').restrict(Session);
}
