import * as vscode from 'vscode';
import { shownLine } from './text';

/** A task that runs `djw`; its name is that of its terminal. Its execution is the caller's to make safe: see `runDjw`. */
export function djwTask(definition: vscode.TaskDefinition, folder: vscode.WorkspaceFolder, name: string, execution: vscode.ProcessExecution): vscode.Task {
  return new vscode.Task(definition, folder, shownLine(name, 100), 'DataJoint', execution, []);
}

/**
 * Starts a session of a debugger. The editor replaces variables in every text of a configuration, so its name must hold none.
 * @returns whether the debugger started; where not, it has told the person why
 */
export function startDebugging(folder: vscode.WorkspaceFolder, configuration: vscode.DebugConfiguration): Thenable<boolean> {
  return vscode.debug.startDebugging(folder, { ...configuration, name: shownLine(configuration.name, 100) });
}
