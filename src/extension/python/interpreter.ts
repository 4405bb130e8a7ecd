import { homedir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ActionableError, commandAction, log, sentenceOf } from '../host';
import { section, settings } from '../ids';
import { activeInterpreter, debuggerPackage } from './pythonApi';

const pythonExtension = 'ms-python.python';
const debuggerExtension = 'ms-python.debugpy';

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
    return await activeInterpreter(await extension.activate(), uri);
  } catch (thrown) {
    log().warn(`The Python extension did not tell its interpreter: ${sentenceOf(thrown)}`);
    return null;
  }
}

/** The folder of the Python debugger, which Python runs before what is to be debugged. @throws ActionableError without one */
export async function debugpyFolder(): Promise<string> {
  const extension = vscode.extensions.getExtension<unknown>(debuggerExtension);
  if (extension === undefined) {
    throw new ActionableError('To debug the make() of a Python table, install the Python Debugger extension (debugpy).', [
      commandAction('Install', 'extension.open', debuggerExtension),
    ]);
  }
  const told = await debuggerPackage(await extension.activate());
  return told ?? path.join(extension.extensionPath, 'bundled/libs/debugpy');
}
