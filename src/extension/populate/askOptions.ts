import * as vscode from 'vscode';
import { askSteps, askText } from '../steps';
import { maxCallsProblem, type PopulateOptions, restrictionProblem } from './options';

/** Asks in three steps, with a way back. Undefined when the person leaves. */
export function askOptions(table: string, start: PopulateOptions): Promise<PopulateOptions | undefined> {
  const title = `Populate ${table}`;
  return askSteps<PopulateOptions>(
    [
      (options) => askSwitches(title, options),
      (options) => askMaxCalls(title, options),
      (options) => askRestriction(title, options),
    ],
    start,
  );
}

const reserve = {
  label: 'Reserve jobs',
  description: 'share the work with other workers, and record errors with their stacks',
};
const suppress = { label: 'Suppress errors', description: 'go on with the next key when one fails' };

function askSwitches(title: string, options: PopulateOptions): Promise<PopulateOptions | 'cancel'> {
  const pick = vscode.window.createQuickPick();
  pick.title = title;
  pick.step = 1;
  pick.totalSteps = 3;
  pick.placeholder = 'How to run';
  pick.canSelectMany = true;
  pick.items = [reserve, suppress];
  pick.selectedItems = [...(options.reserveJobs ? [reserve] : []), ...(options.suppressErrors ? [suppress] : [])];
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve({
        ...options,
        reserveJobs: pick.selectedItems.includes(reserve),
        suppressErrors: pick.selectedItems.includes(suppress),
      });
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve('cancel');
      pick.dispose();
    });
    pick.show();
  });
}

async function askMaxCalls(title: string, options: PopulateOptions): Promise<PopulateOptions | 'back' | 'cancel'> {
  const text = await askText({
    title,
    step: 2,
    totalSteps: 3,
    prompt: 'At most how many keys? Leave empty for all.',
    value: options.maxCalls === null ? '' : String(options.maxCalls),
    problem: maxCallsProblem,
  });
  if (typeof text !== 'object') return text;
  return { ...options, maxCalls: text.value === '' ? null : Number(text.value) };
}

async function askRestriction(title: string, options: PopulateOptions): Promise<PopulateOptions | 'back' | 'cancel'> {
  const text = await askText({
    title,
    step: 3,
    totalSteps: 3,
    prompt: 'Only which keys? A condition such as subject_id = "c3", or JSON. Leave empty for all.',
    value: options.restriction,
    problem: restrictionProblem,
  });
  return typeof text === 'object' ? { ...options, restriction: text.value } : text;
}
