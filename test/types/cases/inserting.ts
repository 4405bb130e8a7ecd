/** Rows to insert and to update. */
import type * as dj from 'datajoint-workbench';
import { Loose, Peaks, Session, Subject, Trace, Unaided } from './pipeline';

export async function inserting(key: dj.Key, known: dj.KeyOf<typeof Peaks>, strangers: Record<string, unknown>[]): Promise<void> {
  await Subject.insert1({ subject_id: 'a1', species: 'mouse', date_of_birth: new Date() });
  await Subject.insert1({ subject_id: 'a1', species: 'mouse', sex: 'F', date_of_birth: '2026-01-31', weight: null });
  await Subject.insert([
    { subject_id: 'a1', species: 'mouse', date_of_birth: '2026-01-31' },
    { subject_id: 'a2', species: 'rat', date_of_birth: '2026-01-31', weight: 21.5 },
  ]);
  await Subject.insert1(['a1', 'mouse', 'F', '2026-01-31', null]);
  await Subject.insert1({ subject_id: 'a1', species: 'rat', date_of_birth: '2026-01-31', cage: 7 }, { ignoreExtraFields: true });
  await Session.insert([1, 2, 3].map((session_idx) => ({ subject_id: 'a1', session_idx, gain: 192 })), { skipDuplicates: true });
  await Session.insert((async function* () { yield { subject_id: 'a1', session_idx: 1n, gain: 192 }; })());
  await Session.update1({ subject_id: 'a1', session_idx: 1, gain: 100 });
  await Subject.update1({ subject_id: 'a1', sex: null });
  await Session.insert(Session.restrict({ gain: 100 }));
  await Session.insert(Session);

  // What make() inserts may hold a key whose attributes the compiler does not know.
  await Trace.insert1({ ...key, n_samples: 1, trace: new Float32Array(1) });
  await Peaks.Peak.insert([0.5, 0.7].map((time, peak_idx) => ({ ...key, peak_idx, time })));
  await Peaks.Peak.insert([0.5, 0.7].map((time, peak_idx) => ({ ...known, peak_idx, time })));
  await Session.update1({ ...(await Session.restrict(key).fetch1('KEY')), gain: 100 });
  await Session.restrict(key).fetch1('gain');
  await Peaks.jobs.ignore(known);
  await Peaks.jobs.ignore({ subject_id: 'a1', session_idx: 1, method: 'strict' });

  await Unaided.insert1({ ...key, part: 'a', result: 1 });
  await Unaided.insert1({ subject_id: 'a1', part: 'a', result: 1 });
  await Loose.insert(strangers);
  await Loose.insert1({ ...key, b: 1 });
  await Loose.update1({ a: 1, b: 2 });
}

export async function mistakes(key: dj.Key): Promise<void> {
  // @ts-expect-error -- species is missing
  await Subject.insert1({ subject_id: 'a1', date_of_birth: '2026-01-31' });
  // @ts-expect-error -- no such species
  await Subject.insert1({ subject_id: 'a1', species: 'moose', date_of_birth: '2026-01-31' });
  // @ts-expect-error -- null for what has no default
  await Subject.insert1({ subject_id: 'a1', species: 'rat', date_of_birth: null });
  // @ts-expect-error -- no such attribute
  await Subject.insert1({ subject_id: 'a1', species: 'rat', date_of_birth: '2026-01-31', cage: 7 });
  // @ts-expect-error -- no such attribute in one of the rows
  await Subject.insert([{ subject_id: 'a1', species: 'rat', date_of_birth: '2026-01-31', cage: 7 }], { skipDuplicates: true });
  // @ts-expect-error -- the inherited attribute is missing
  await Session.insert1({ session_idx: 1, gain: 192 });
  // @ts-expect-error -- the primary key is not complete
  await Session.update1({ subject_id: 'a1', gain: 100 });
  // @ts-expect-error -- null for what has no default
  await Subject.update1({ subject_id: 'a1', species: null });
  // @ts-expect-error -- the wrong type, beside a key
  await Trace.insert1({ ...key, n_samples: 'many', trace: null });
  // @ts-expect-error -- the table's own attribute, though its parents are unknown
  await Unaided.insert1({ ...key, part: 'a', result: 'one' });
  // @ts-expect-error -- the table's own attribute is missing
  await Unaided.insert1({ ...key, part: 'a' });
}
