/** Notes what the editor would be given to show; only what src/extension/host uses of it is here. */

/** Everything that was given to the editor, in the order of the calls. */
export const given: unknown[] = [];

/** What was written to the log, which shows no links to commands and no icons. */
export const logged: string[] = [];

/** Answers `undefined`: the person closes everything. */
const note =
  (name: string) =>
  (...args: unknown[]): Promise<undefined> => {
    given.push([name, ...args.map((arg) => (typeof arg === 'function' ? 'function' : arg))]);
    return Promise.resolve(undefined);
  };

/** An input that notes what is set on it, and is left as soon as it is shown. */
function input(): object {
  const listeners: (() => void)[] = [];
  return new Proxy<Record<string, unknown>>(
    {
      show: () => {
        for (const listener of listeners) listener();
      },
      hide: () => undefined,
      dispose: () => undefined,
      onDidHide: (listener: () => void) => listeners.push(listener),
      onDidChangeValue: (listener: (text: string) => void) => listeners.push(() => listener('typed')),
      onDidAccept: () => undefined,
      onDidTriggerButton: () => undefined,
    },
    {
      set(target, name, value) {
        given.push([String(name), value]);
        target[String(name)] = value;
        return true;
      },
    },
  );
}

export const window = {
  showInformationMessage: note('info'),
  showWarningMessage: note('warning'),
  showErrorMessage: note('error'),
  setStatusBarMessage: note('status'),
  showQuickPick: note('pick'),
  showInputBox: note('line'),
  createQuickPick: input,
  createInputBox: input,
  withProgress: async (options: unknown, work: (progress: { report: (step: unknown) => void }, token: unknown) => Promise<unknown>) => {
    given.push(options);
    return await work({ report: (step) => given.push(step) }, { onCancellationRequested: () => undefined });
  },
  createOutputChannel: () => ({ warn: (text: string) => logged.push(text), error: (text: string) => logged.push(text), show: () => undefined, dispose: () => undefined }),
};

export const debug = {
  startDebugging: async (_folder: unknown, configuration: unknown) => {
    given.push(configuration);
    return true;
  },
};

export const commands = { registerCommand: () => ({ dispose: () => undefined }), executeCommand: note('command') };

export class CancellationError extends Error {}
export class Range {}
export class TreeItem {
  constructor(readonly label: string) {}
}
export class CodeLens {
  constructor(
    readonly range: Range,
    readonly command: unknown,
  ) {}
}
export class Diagnostic {
  constructor(
    readonly range: Range,
    readonly message: string,
  ) {}
}
export class Task {
  constructor(
    readonly definition: unknown,
    readonly scope: unknown,
    readonly name: string,
  ) {}
}
/** As the editor's own: text is escaped, so that only `value` matters here. */
export class MarkdownString {
  readonly texts: string[] = [];
  isTrusted = false;
  supportHtml = false;
  supportThemeIcons = false;
  appendText(text: string): this {
    this.texts.push(text);
    return this;
  }
  appendMarkdown(text: string): this {
    return this.appendText(text);
  }
  appendCodeblock(text: string): this {
    return this.appendText(text);
  }
}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export const DiagnosticSeverity = { Error: 0 };
export const ProgressLocation = { Notification: 15 };
export const QuickInputButtons = { Back: 'back' };
