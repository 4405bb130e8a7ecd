// Every way of text to the editor, given text that the editor would act upon.
import '../../harness/vscodeStub';
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type * as vscode from 'vscode';
import * as host from '../../../src/extension/host';
import { shownLine, shownText } from '../../../src/extension/host/text';
import { given, logged, Range } from '../../harness/vscodeRecorder';

/** A link that runs a command, an icon, a variable, a title of a terminal, and a turned direction. */
const hostile = '[Repair](command:workbench.action.terminal.sendSequence?%7B%7D) $(zap) ${command:x} \u001b]0;t\u0007\u202e \u0085';
const acting = /\]\(|\$\(|\$\{|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** Every text in a value, however deep; functions and what the caller gets back as it was (`value`) are none. */
function textsIn(value: unknown, name = ''): string[] {
  if (name === 'value') return [];
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap((each) => textsIn(each));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, key));
}

function assertInert(shown: unknown, wanted = 'Repair'): void {
  const texts = textsIn(shown);
  assert.ok(texts.some((text) => text.includes(wanted)), `the text is shown at all: ${JSON.stringify(texts)}`);
  for (const text of texts) assert.doesNotMatch(text, acting);
}

describe('text to the editor', () => {
  afterEach(() => given.splice(0));
  const range = new Range() as unknown as vscode.Range;

  it('in messages, questions before an act, notes and progress', async () => {
    await host.offer('info', hostile, [{ title: hostile, run: () => undefined }]);
    await host.offer('warning', hostile, []);
    await host.report(new host.ActionableError(hostile, [{ title: hostile, run: () => undefined }]));
    await host.report(hostile);
    await host.confirm(hostile, hostile, hostile);
    host.tell(hostile, 10);
    await host.withProgress(hostile, async (step) => step(hostile), () => undefined);
    assertInert(given);
    assert.equal(textsIn(given).filter((text) => text.includes('Repair')).length, 12);
  });

  it('in questions', async () => {
    await host.askText({ title: hostile, step: 1, totalSteps: 2, prompt: hostile, value: '', placeholder: hostile, problem: () => hostile });
    await host.askLine({ title: hostile, prompt: hostile, placeholder: hostile });
    const choices = [{ label: hostile, description: hostile, detail: hostile, value: hostile }];
    await host.pickOne(choices, { title: hostile, placeholder: hostile });
    await host.pickStep({ title: hostile, step: 2, totalSteps: 2, placeholder: hostile, choices, chosen: [hostile] });
    await host.pickMany({ title: hostile, step: 1, totalSteps: 2, placeholder: hostile, choices, chosen: [hostile] });
    assertInert(given);
  });

  it('in rows and their tooltips, which are never trusted', () => {
    const item = host.row({
      label: hostile,
      description: hostile,
      spoken: hostile,
      tooltip: [{ heading: hostile, note: hostile }, { text: hostile }, { code: hostile }],
    });
    assertInert(item);
    const { isTrusted, supportHtml, supportThemeIcons } = item.tooltip as vscode.MarkdownString;
    assert.deepEqual([isTrusted, supportHtml, supportThemeIcons], [false, false, false]);
    assertInert(host.row({ label: 'x', tooltip: hostile }));
  });

  it('in lenses, whose own icon stays, and problems', () => {
    assertInert(host.diagnostic(range, hostile));
    const { command } = host.codeLens(range, { icon: 'play', text: hostile, command: 'x' });
    assert.match(command?.title ?? '', /^\$\(play\) \[Repair\] \(/);
    assert.doesNotMatch(command?.title.slice('$(play)'.length) ?? '', acting);
  });

  it('in names of tasks and debuggers, where variables would be replaced', async () => {
    const folder = { name: 'lab' } as vscode.WorkspaceFolder;
    assertInert(host.djwTask({ type: 'djw' }, folder, hostile, {} as unknown as vscode.ProcessExecution));
    await host.startDebugging(folder, { type: 'node', request: 'attach', name: hostile });
    assertInert(given);
  });

  it('in titles and the log', () => {
    const panel = {} as unknown as vscode.WebviewPanel;
    host.setPanelTitle(panel, hostile);
    const view = {} as unknown as vscode.TreeView<unknown>;
    host.describeView(view, { message: hostile, description: hostile, badge: { value: 1, tooltip: hostile } });
    assertInert([panel, view]);
    host.log().warn(hostile);
    host.log().error(new Error(hostile));
    assert.equal(logged.length > 1, true);
    for (const text of logged) assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  it('is bounded', async () => {
    await host.offer('error', 'x'.repeat(1_000_000), []);
    assert.ok(textsIn(given).every((text) => text.length <= 2000));
    assert.equal(shownLine('x'.repeat(500)).length, 400);
    assert.ok(shownLine('x'.repeat(500)).endsWith('x…'));
  });

  it('stays as it is when it is ordinary', () => {
    for (const text of ['Trace: 3 keys failed.', 'subject "c3", session 4', 'f(x) = [1, 2] (a)', '50 $ for {all}']) assert.equal(shownLine(text), text);
    assert.equal(shownText('one\ntwo'), 'one\ntwo');
  });
});
