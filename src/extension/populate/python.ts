import { homedir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { sentenceOf } from '../actions';
import { section, settings } from '../ids';
import { log } from '../log';

const pythonExtension = 'ms-python.python';

/**
 * The Python that a person has chosen for a folder: in the Python extension where that is installed, else by the setting
 * `datajoint.pythonPath`. Null: nobody has, and `djw` looks for one itself. Only for workspaces that are trusted.
 */
export async function chosenPython(folder: vscode.WorkspaceFolder): Promise<string | null> {
  return (await fromPythonExtension(folder)) ?? fromSetting(folder);
}

function fromSetting(folder: vscode.WorkspaceFolder): string | null {
  const set: unknown = vscode.workspace.getConfiguration(section, folder.uri).get(settings.pythonPath.slice(section.length + 1));
  if (typeof set !== 'string' || set.trim() === '') return null;
  const whole = set.trim().replace(/^~(?=[\\/])/, homedir());
  // A name without a folder, `python3.12`, is looked for on the PATH.
  return /[\\/]/.test(whole) && !whole.startsWith('${') ? path.resolve(folder.uri.fsPath, whole) : whole;
}

/** Null without that extension, and when it answers in another way than expected. */
async function fromPythonExtension({ uri }: vscode.WorkspaceFolder): Promise<string | null> {
  const extension = vscode.extensions.getExtension<unknown>(pythonExtension);
  if (extension === undefined) return null;
  try {
    const api: unknown = await extension.activate();
    return await activeInterpreter(api, uri);
  } catch (thrown) {
    log().warn(`The Python extension did not tell its interpreter: ${sentenceOf(thrown)}`);
    return null;
  }
}

/** `environments.resolveEnvironment(environments.getActiveEnvironmentPath(uri))?.executable.uri` of that extension's API. */
async function activeInterpreter(api: unknown, uri: vscode.Uri): Promise<string | null> {
  const environments = member(api, 'environments');
  const active = await call(environments, 'getActiveEnvironmentPath', uri);
  if (active === undefined) return null;
  const resolved = await call(environments, 'resolveEnvironment', active);
  const fsPath = member(member(member(resolved, 'executable'), 'uri'), 'fsPath');
  // The path of an environment may be its folder; only an executable can be started.
  return typeof fsPath === 'string' && fsPath !== '' ? fsPath : null;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, name) as unknown) : undefined;
}

async function call(value: unknown, name: string, argument: unknown): Promise<unknown> {
  const method = member(value, name);
  return typeof method === 'function' ? ((await Reflect.apply(method, value, [argument])) as unknown) : undefined;
}
