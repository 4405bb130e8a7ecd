/** Enters the subjects and sessions of the study: `djw run insert.ts`. Running it again changes nothing. */
import type { InsertRowOf } from 'datajoint-workbench';
import { Session, Subject } from './pipeline';

const subjects: InsertRowOf<typeof Subject>[] = [
  { subject_id: 'a1', species: 'mouse', date_of_birth: '2025-11-03' },
  { subject_id: 'b2', species: 'mouse', date_of_birth: '2025-11-03' },
  { subject_id: 'c3', species: 'mouse', date_of_birth: '2025-12-14' },
  { subject_id: 'd4', species: 'rat', date_of_birth: '2026-01-20' },
];

/** Sessions without a note of the gain. */
const notWrittenDown = ['b2/5', 'c3/3', 'd4/1'];

const sessions = subjects.flatMap(({ subject_id }, animal) =>
  [1, 2, 3, 4, 5, 6].map((session_idx) => ({
    subject_id,
    session_idx,
    session_date: `2026-03-${String(2 * session_idx + animal).padStart(2, '0')}`,
    sampling_rate: 25_000,
    duration: 10,
    gain: notWrittenDown.includes(`${subject_id}/${session_idx}`) ? 0 : 192,
  })),
);

await Subject.insert(subjects, { skipDuplicates: true });
await Session.insert(sessions, { skipDuplicates: true });
console.log(`${await Subject.count()} subjects, ${await Session.count()} sessions. Next: djw populate Trace`);
