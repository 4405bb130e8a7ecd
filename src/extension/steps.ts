import * as vscode from 'vscode';

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
  input.title = question.title;
  input.step = question.step;
  input.totalSteps = question.totalSteps;
  input.prompt = question.prompt;
  input.value = question.value;
  input.placeholder = question.placeholder ?? '';
  input.password = question.password === true;
  input.ignoreFocusOut = true;
  input.buttons = question.step > 1 ? [vscode.QuickInputButtons.Back] : [];
  return new Promise((resolve) => {
    input.onDidChangeValue((text) => {
      input.validationMessage = problem(text) ?? '';
    });
    input.onDidTriggerButton(() => {
      resolve('back');
      input.hide();
    });
    input.onDidAccept(() => {
      const wrong = problem(input.value);
      input.validationMessage = wrong ?? '';
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
