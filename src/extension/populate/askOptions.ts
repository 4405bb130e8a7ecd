import * as vscode from 'vscode';
import { maxCallsProblem, type PopulateOptions, restrictionProblem } from './options';

type Step = (options: PopulateOptions) => Promise<PopulateOptions | 'back' | 'cancel'>;

/** Asks in three steps, with a way back. Undefined when the person leaves. */
export async function askOptions(table: string, start: PopulateOptions): Promise<PopulateOptions | undefined> {
  const title = `Populate ${table}`;
  const steps: Step[] = [
    (options) => askSwitches(title, options),
    (options) => askMaxCalls(title, options),
    (options) => askRestriction(title, options),
  ];
  let options = start;
  let at = 0;
  while (at < steps.length) {
    const answer = await steps[at]?.(options);
    if (answer === undefined || answer === 'cancel') return undefined;
    if (answer === 'back') {
      at -= 1;
      continue;
    }
    options = answer;
    at += 1;
  }
  return options;
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
    prompt: 'Only which keys? A condition such as subject_id = "c3", or JSON. Leave empty for all.',
    value: options.restriction,
    problem: restrictionProblem,
  });
  return typeof text === 'object' ? { ...options, restriction: text.value } : text;
}

interface Question {
  readonly title: string;
  readonly step: number;
  readonly prompt: string;
  readonly value: string;
  readonly problem: (text: string) => string | null;
}

function askText(question: Question): Promise<{ value: string } | 'back' | 'cancel'> {
  const input = vscode.window.createInputBox();
  input.title = question.title;
  input.step = question.step;
  input.totalSteps = 3;
  input.prompt = question.prompt;
  input.value = question.value;
  input.buttons = [vscode.QuickInputButtons.Back];
  return new Promise((resolve) => {
    input.onDidChangeValue((text) => {
      input.validationMessage = question.problem(text) ?? '';
    });
    input.onDidTriggerButton(() => {
      resolve('back');
      input.hide();
    });
    input.onDidAccept(() => {
      if (question.problem(input.value) !== null) return;
      resolve({ value: input.value.trim() });
      input.hide();
    });
    input.onDidHide(() => {
      resolve('cancel');
      input.dispose();
    });
    input.show();
  });
}
