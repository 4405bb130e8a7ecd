/** What references pull in, however they are written. */
import * as dj from 'datajoint-workbench';
import * as pipeline from './pipeline';
import { Peaks, Session, Subject } from './pipeline';
import { is } from './same';

export class Renamed extends dj.Manual {
  static override readonly references = { Session, Subject };
  static override readonly definition = `
    -> Session.proj(animal='subject_id')    # renamed = one of two
    ---
    -> [nullable] Subject.proj( owner = "subject_id" )
    -> [ unique, nullable ] Session.proj(next_animal='subject_id', next_idx='session_idx')
    remark : varchar(20)
  `;
}

export class Qualified extends dj.Manual {
  static override readonly references = { pipeline, Peaks };
  static override readonly definition = `
    -> pipeline.Session
    -> Peaks.Peak
    ---
    -> [nullable] pipeline.Method()
  `;
}

export class Grandchild extends dj.Manual {
  static override readonly references = { Renamed };
  static override readonly definition = `
    -> Renamed
    n : int64
  `;
}

class Subproject extends dj.Manual {
  static override readonly definition = 'subproject_id : int16';
}

export class Report extends dj.Manual {
  static override readonly references = { Subproject };
  static override readonly definition = `
    -> Subproject
    -> Subproject().proj(other_id='subproject_id', 'kept')
    report_id : int16
  `;
}

export class HalfKnown extends dj.Manual {
  static override readonly references = { Session };
  static override readonly definition = `
    -> Session
    -> Elsewhere
    n : int32
  `;
}

export function rows(
  renamed: dj.RowOf<typeof Renamed>,
  qualified: dj.RowOf<typeof Qualified>,
  grandchild: dj.KeyOf<typeof Grandchild>,
  report: dj.RowOf<typeof Report>,
  halfKnown: dj.RowOf<typeof HalfKnown>,
  newRenamed: dj.InsertRowOf<typeof Renamed>,
): void {
  is<{
    animal: string;
    session_idx: number;
    owner: string | null;
    next_animal: string | null;
    next_idx: number | null;
    remark: string;
  }>()(renamed);
  is<{ subject_id: string; session_idx: number; method: string | null; peak_idx: number }>()({ ...qualified, method: null as string | null });
  is<{ animal: string; session_idx: number; n: bigint }>()(grandchild);
  is<{ subproject_id: number; other_id: number; report_id: number }>()(report);
  is<string>()(halfKnown.subject_id);
  is<number>()(halfKnown.n);
  is<unknown>()(halfKnown['anything']);
  is<{
    animal: string;
    session_idx: number | bigint;
    remark: string;
    owner?: string | null;
    next_animal?: string | null;
    next_idx?: number | bigint | null;
  }>()(newRenamed);
}
