/** Folders to open in the workbench, and `djw` on them. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.resolve(__dirname, '../..');

/** code-server comes without the TypeScript that the editor's own language support needs. */
export const settings = { 'typescript.tsdk': path.join(root, 'node_modules/typescript/lib') };

/** Does the work in a new folder that holds these files, and removes it. */
export async function withFolder(
  files: Readonly<Record<string, string>>,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'djw-folder-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** A copy of the demo with the types of the engine, as the extension makes it, after its first script has run. */
export async function withDemo(work: (folder: string) => Promise<void>): Promise<void> {
  await withFolder({}, async (folder) => {
    await cp(path.join(root, 'media/demo'), folder, { recursive: true });
    await cp(path.join(root, 'dist/types'), path.join(folder, '.datajoint/types'), { recursive: true });
    await djw(folder, 'run', 'insert.ts');
    await work(folder);
  });
}

/** Runs the built `djw` in a folder; rejects when it fails. */
export async function djw(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(root, 'dist/djw.js'), ...args], { cwd: folder });
  return stdout;
}

/** A pipeline whose make() never ends, and a script that enters its rows. */
export const slowPipeline = {
  'pipeline.ts': `
import * as dj from 'datajoint-workbench';
export const schema = dj.schema('slow');

@schema
export class Sample extends dj.Lookup {
  static definition = \`
    sample_id : int32
  \`;
  static contents = [{ sample_id: 1 }, { sample_id: 2 }];
}

@schema
export class Simulation extends dj.Computed {
  static definition = \`
    -> Sample
    ---
    steps : int32
  \`;

  async make(key: dj.Key): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 600_000));
    await this.insert1({ ...key, steps: 1 });
  }
}
`,
  'insert.ts': `
import { Sample } from './pipeline';
console.log(\`\${await Sample.count()} samples\`);
`,
};
