import * as vscode from 'vscode';
import { mostOfMessage, shownLine } from './text';

/** One question of several. It answers with what was known so far and its own answer. */
export type Step<Answers> = (answers: Answers) => Promise<Answers | 'back' | 'cancel'>;

/** Asks one after the other, with a way back. Undefined when the person leaves. */
export async function askSteps<Answers>(steps: readonly Step<Answers>[], start: Answers): Promise<Answers | undefined> {
  let answers = start;
  let at = 0;
  while (at < steps.length) {
    const answer = await steps[at]?.(answers);
    if (answer === undefined || answer === 'cancel') return undefined;
    if (answer === 'back') {
      at = Math.max(0, at - 1);
      continue;
    }
    answers = answer;
    at += 1;
  }
  return answers;
}

export interface Question {
  readonly title: string;
  /** From 1. */
  readonly step: number;
  readonly totalSteps: number;
  readonly prompt: string;
  readonly value: string;
  readonly placeholder?: string;
  /** Null when the text can be used; else what is wrong with it. */
  readonly problem?: (text: string) => string | null;
  /** Shows dots, and takes the text as it is. */
  readonly password?: boolean;
}

/** Asks for a line of text; without surrounding white space unless it is a password. */
export function askText(question: Question): Promise<{ value: string } | 'back' | 'cancel'> {
  const input = vscode.window.createInputBox();
  const problem = (text: string) => question.problem?.(text) ?? null;
  const say = (wrong: string | null) => {
    input.validationMessage = shownLine(wrong ?? '', mostOfMessage);
  };
  input.title = shownLine(question.title);
  input.step = question.step;
  input.totalSteps = question.totalSteps;
  input.prompt = shownLine(question.prompt, mostOfMessage);
  input.value = question.value;
  input.placeholder = shownLine(question.placeholder ?? '');
  input.password = question.password === true;
  input.ignoreFocusOut = true;
  input.buttons = question.step > 1 ? [vscode.QuickInputButtons.Back] : [];
  return new Promise((resolve) => {
    input.onDidChangeValue((text) => say(problem(text)));
    input.onDidTriggerButton(() => {
      resolve('back');
      input.hide();
    });
    input.onDidAccept(() => {
      const wrong = problem(input.value);
      say(wrong);
      if (wrong !== null) return;
      resolve({ value: question.password === true ? input.value : input.value.trim() });
      input.hide();
    });
    input.onDidHide(() => {
      resolve('cancel');
      input.dispose();
    });
    input.show();
  });
}

/** Asks for a line of text in one step. Undefined when the person leaves. */
export async function askLine(question: { readonly title: string; readonly prompt: string; readonly placeholder?: string; readonly value?: string }): Promise<string | undefined> {
  return await vscode.window.showInputBox({
    title: shownLine(question.title),
    prompt: shownLine(question.prompt, mostOfMessage),
    placeHolder: shownLine(question.placeholder ?? ''),
    ...(question.value === undefined ? {} : { value: question.value }),
  });
}

/** One of several things to choose from. */
export interface Choice<T> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** What is chosen with it. */
  readonly value: T;
}

function item<T>({ label, description, detail, value }: Choice<T>): vscode.QuickPickItem & { readonly value: T } {
  return {
    label: shownLine(label),
    ...(description === undefined ? {} : { description: shownLine(description) }),
    ...(detail === undefined ? {} : { detail: shownLine(detail) }),
    value,
  };
}

/** Lets a person choose one. Undefined when the person leaves. */
export async function pickOne<T>(choices: readonly Choice<T>[], { title, placeholder }: { readonly title?: string; readonly placeholder: string }): Promise<T | undefined> {
  const options = { placeHolder: shownLine(placeholder), ...(title === undefined ? {} : { title: shownLine(title) }) };
  return (await vscode.window.showQuickPick(choices.map(item), options))?.value;
}

/** A choice that is one question of several. */
export interface PickStep<T> {
  readonly title: string;
  /** From 1; from 2 on there is a way back. */
  readonly step: number;
  readonly totalSteps: number;
  readonly placeholder: string;
  readonly choices: readonly Choice<T>[];
  /** Those that are chosen at first. */
  readonly chosen: readonly T[];
}

/** Lets a person choose one, as one question of several. */
export async function pickStep<T>(question: PickStep<T>): Promise<{ value: T } | 'back' | 'cancel'> {
  const picked = await pickIn(question, false);
  if (typeof picked === 'string') return picked;
  const [value] = picked;
  return value === undefined ? 'cancel' : { value };
}

/** Lets a person choose any number, as one question of several. */
export function pickMany<T>(question: PickStep<T>): Promise<readonly T[] | 'back' | 'cancel'> {
  return pickIn(question, true);
}

function pickIn<T>({ title, step, totalSteps, placeholder, choices, chosen }: PickStep<T>, many: boolean): Promise<readonly T[] | 'back' | 'cancel'> {
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly value: T }>();
  const items = choices.map(item);
  const preset = items.filter(({ value }) => chosen.includes(value));
  pick.title = shownLine(title);
  pick.step = step;
  pick.totalSteps = totalSteps;
  pick.placeholder = shownLine(placeholder);
  pick.ignoreFocusOut = step > 1;
  pick.canSelectMany = many;
  pick.items = items;
  if (many) pick.selectedItems = preset;
  else pick.activeItems = preset;
  pick.buttons = step > 1 ? [vscode.QuickInputButtons.Back] : [];
  return new Promise((resolve) => {
    pick.onDidTriggerButton(() => {
      resolve('back');
      pick.hide();
    });
    pick.onDidAccept(() => {
      if (!many && pick.selectedItems.length === 0) return;
      resolve(pick.selectedItems.map(({ value }) => value));
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve('cancel');
      pick.dispose();
    });
    pick.show();
  });
}
