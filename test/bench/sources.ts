import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Indexer, PipelineIndexer, ThreadIndexer } from '../../src/pipeline';
import { type Benchmark, median, repeated, round, runsOf, secondsOf, spread } from './measure';

const FILES = 2000;

/** Reading the sources of a large repository: half of its files declare tables. */
export const sources: Benchmark = {
  name: 'sources',
  what: `the table classes of ${FILES} Python files`,
  async run(quick) {
    const folder = await mkdtemp(path.join(tmpdir(), 'djw-sources-'));
    try {
      await write(folder);
      const lines: object[] = [];
      for (const [name, open] of [
        ['in a thread of its own', () => new ThreadIndexer(folder)],
        ['in this thread', () => new PipelineIndexer(folder)],
      ] as const) {
        const runs = await repeated(runsOf(quick), () => measure(open(), folder));
        const of = (what: keyof Run): number[] => runs.map((run) => run[what]);
        lines.push({
          read: name,
          classes: runs[0]?.classes,
          'first time, s': round(median(of('first')), 2),
          spread: round(spread(of('first')), 2),
          'nothing changed, s': round(median(of('again')), 2),
          'one file saved, ms': round(1000 * median(of('saved'))),
          'longest stop of this thread, ms': round(median(of('stop'))),
        });
      }
      return lines;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface Run {
  readonly classes: number;
  readonly first: number;
  readonly again: number;
  readonly saved: number;
  /** Milliseconds. */
  readonly stop: number;
}

async function measure(indexer: Indexer, folder: string): Promise<Run> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let classes = 0;
  const first = await secondsOf(async () => (classes = (await indexer.all()).classes.length));
  delay.disable();
  const again = await secondsOf(() => indexer.all());
  const file = path.join(folder, 'pkg0/mod0.py');
  await utimes(file, new Date(), new Date());
  const saved = await secondsOf(() => indexer.all());
  if (indexer instanceof ThreadIndexer) await indexer.close();
  return { classes, first, again, saved, stop: delay.max / 1e6 };
}

async function write(folder: string): Promise<void> {
  for (let i = 0; i < 40; i++) await mkdir(path.join(folder, `pkg${String(i)}`));
  for (let i = 0; i < FILES; i++) {
    const parts = [0, 1, 2, 3].map((k) => (i % 2 === 0 ? tableText(i, k) : helperText(k)));
    const head = i % 2 === 0 ? `import datajoint as dj\nimport numpy as np\nschema = dj.Schema('lab_${String(i % 40)}')\n` : 'import numpy as np\n';
    await writeFile(path.join(folder, `pkg${String(i % 40)}/mod${String(i)}.py`), head + parts.join(''));
  }
}

const tableText = (i: number, k: number): string => `
@schema
class Table${String(i)}x${String(k)}(dj.Computed):
    definition = """
    # something about it
    -> Session
    param_${String(k)} : int
    ---
    value : float
    """

    class Part(dj.Part):
        definition = """
        -> master
        unit : int
        ---
        x : longblob
        """

    def make(self, key):
        data = (Session & key).fetch1('data')
        rows = []
        for i, value in enumerate(data):
            if value > np.mean(data) * 3:
                rows.append(dict(key, unit=i, x=[v ** 2 for v in data[i:i + 10]]))
        self.insert1(dict(key, value=float(np.sum(data))))
        self.Part.insert(rows)
`;

const helperText = (k: number): string => `
def helper_${String(k)}(a, b=1, *args, **kwargs):
    """Does something with a and b."""
    result = {}
    for i in range(10):
        result[i] = a * i + b - (i if i % 2 else -i)
    return [x for x in result.values() if x]
`;
