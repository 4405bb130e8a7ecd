/** What the soak populates: every kind of make(), three keys of ten failing, each row with the run that made it. */
export const pipeline = `import { randomUUID } from 'node:crypto';
import * as dj from 'datajoint-workbench';

const schema = dj.schema('soak');
const rest = () => new Promise((resolve) => setTimeout(resolve, 5));

function fail(key: dj.Key): void {
  if (Number(key['k']) % 10 < 3) throw new Error('meant to fail');
}

@schema
export class Source extends dj.Manual {
  static definition = 'k : int32';
}

@schema
export class Plain extends dj.Computed {
  static definition = '-> Source\\n---\\nrun : varchar(36)';
  async make(key: dj.Key) {
    await rest();
    fail(key);
    await this.insert1({ ...key, run: randomUUID() });
  }
}

@schema
export class Master extends dj.Computed {
  static definition = '-> Source\\n---\\nrun : varchar(36)';
  static Piece = class Piece extends dj.Part {
    static definition = '-> master\\npiece : int32\\n---\\nrun : varchar(36)';
  };
  async make(key: dj.Key) {
    const run = randomUUID();
    await this.insert1({ ...key, run });
    await new Master.Piece().insert([0, 1, 2].map((piece) => ({ ...key, piece, run })));
    await rest();
    fail(key);
  }
}

@schema
export class Three extends dj.Computed {
  static definition = '-> Source\\n---\\nrun : varchar(36)';
  async makeFetch(key: dj.Key) {
    return [await (Source as typeof dj.Manual).restrict(key).count()];
  }
  async makeCompute(key: dj.Key, found: number) {
    await rest();
    fail(key);
    return [found];
  }
  async makeInsert(key: dj.Key) {
    await this.insert1({ ...key, run: randomUUID() });
  }
}
`;

/** Declares the tables. */
export const declare = `import { Master, Plain, Source, Three } from './pipeline';
for (const table of [Source, Plain, Master, Master.Piece, Three]) await table.count();
`;

/** The SQL names of the computed tables. */
export const computed = ['__plain', '__master', '__three'] as const;
