import * as path from 'node:path';
import * as vscode from 'vscode';
import { ActionableError, commandAction } from '../host';
import type { Connections } from '../connections';
import { openFile, writeNew, writeTypes } from './files';

/** A pipeline that runs as it stands: one table to enter, one that is computed from it. */
const pipeline = `/** A first pipeline: numbers that you enter, and what is computed from them. */
import * as dj from 'datajoint-workbench';

export const schema = dj.schema('first');

@schema
export class Measurement extends dj.Manual {
  static definition = \`
    # What was measured
    measurement_id : int32
    ---
    values : json                      # a list of numbers
  \`;
}

@schema
export class Summary extends dj.Computed {
  static definition = \`
    # One row for each measurement
    -> Measurement
    ---
    mean : float64
  \`;

  async make(key: dj.Key): Promise<void> {
    const values = (await Measurement.restrict(key).fetch1('values')) as number[];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    await this.insert1({ ...key, mean });
  }
}
`;

const insert = `/** Enters measurements. Running it again changes nothing. */
import { Measurement } from './pipeline';

await Measurement.insert(
  [
    { measurement_id: 1, values: [1.5, 2.5, 3.5] },
    { measurement_id: 2, values: [10, 20] },
    { measurement_id: 3, values: [7] },
  ],
  { skipDuplicates: true },
);
console.log(\`\${await Measurement.count()} measurements\`);
`;

const tsconfig = `{
  "compilerOptions": {
    "target": "ES2023",
    "module": "ESNext",
    "moduleResolution": "bundler",
    "lib": ["ES2023"],
    "types": [],
    "strict": true,
    "noEmit": true,
    "experimentalDecorators": true,
    "skipLibCheck": true,
    "paths": { "datajoint-workbench": ["./.datajoint/types/engine/index.d.ts"] }
  },
  "include": ["*.ts"]
}
`;

/** Writes the three files of a small pipeline into the folder and opens the main one. */
export async function createFirstPipeline(extensionPath: string, connections: Connections): Promise<void> {
  const folder = await pickFolder(connections);
  if (folder === undefined) return;
  await writeNew(folder, { 'pipeline.ts': pipeline, 'insert.ts': insert, 'tsconfig.json': tsconfig });
  await writeTypes(extensionPath, folder);
  await openFile(path.join(folder, 'pipeline.ts'));
}

async function pickFolder(connections: Connections): Promise<string | undefined> {
  const [first, ...others] = connections.ofFolders;
  if (first === undefined) {
    throw new ActionableError('Open the folder that the pipeline is to live in first.', [
      commandAction('Open Folder', 'vscode.openFolder'),
    ]);
  }
  if (others.length === 0) return first.folders[0]?.uri.fsPath;
  return (await vscode.window.showWorkspaceFolderPick())?.uri.fsPath;
}
