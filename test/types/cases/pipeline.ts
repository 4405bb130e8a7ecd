/** The tables that the other cases ask about. */
import * as dj from 'datajoint-workbench';

export class Subject extends dj.Manual {
  static override readonly definition = `
    # Animals of the study: one row = one animal
    subject_id : varchar(8)            # as on the cage card
    ---
    species : enum('mouse', 'rat')
    sex = 'U' : enum('M', 'F', "U", 'it''s (unknown)')   # a comment: with a colon, and = too
    date_of_birth : date
    weight = null : float32            # g
    index (species, sex)               # of use to nobody: yet
  `;
}

export class Session extends dj.Manual {
  static override readonly references = { Subject };
  static override readonly definition = `
    -> Subject
    session_idx : int16                # counts from 1
    ---
    gain : float64
    note : varchar(200) = "#none"
    started = CURRENT_TIMESTAMP : datetime
  `;
}

export class Method extends dj.Lookup {
  static override readonly definition = `
    method : varchar(16)
    ---
    threshold : float64
  `;
}

export class Trace extends dj.Imported {
  static override readonly references = { Session };
  static override readonly definition = `
    -> Session
    ---
    n_samples : int32
    trace : <blob>
  `;
  async make(key: dj.KeyOf<typeof Trace>): Promise<void> {
    await this.insert1({ ...key, n_samples: 0, trace: null });
  }
}

export class Peaks extends dj.Computed {
  static override readonly references = { Trace, Method };
  static override readonly definition = `
    -> Trace
    -> Method
    ---
    n_peaks : int32
  `;
  static Peak = class Peak extends dj.Part {
    static override readonly references = { master: Peaks };
    static override readonly definition = `
      -> master
      peak_idx : int32
      ---
      time : float64
    `;
  };
  async make(key: dj.Key): Promise<void> {
    await this.insert1({ ...key, n_peaks: 0 });
  }
}

/** Names none of its parents: what it inherits is unknown, what is its own is not. */
export class Unaided extends dj.Computed {
  static override readonly definition = `
    -> Session
    -> Method
    part : char(1)
    ---
    result : float64
    -> [nullable] Subject
  `;
}

/** The definition is put together at run time. */
export class Loose extends dj.Manual {
  static override readonly definition: string = ['a : int32', '---', 'b : int32'].join('\n');
}
