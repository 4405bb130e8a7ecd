import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Browser, chromium, type Frame, type Locator, type Page } from 'playwright-core';
import { until } from '../until';
import type { PageElement } from './pageElement';
import { exactly, QuickInput } from './quickInput';
import { type ServerOptions, WorkbenchServer } from './server';
import { type Label, type TreeItem, View } from './tree';

export interface WorkbenchOptions extends ServerOptions {
  /** The folder to open: an absolute path. */
  readonly folder: string;
}

const artifacts = path.resolve(__dirname, '../../artifacts');

const browserArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A VS Code window in Chromium, seen as its user sees it. Every wait is for something on the screen. */
export class Workbench {
  readonly quickInput: QuickInput;

  private constructor(
    readonly page: Page,
    private readonly browser: Browser,
    private readonly server: WorkbenchServer,
  ) {
    this.quickInput = new QuickInput(page);
  }

  static async open(options: WorkbenchOptions): Promise<Workbench> {
    const server = await WorkbenchServer.start(options);
    let browser: Browser | undefined;
    try {
      const executablePath = process.env['DJW_CHROMIUM'] ?? '/usr/bin/chromium';
      browser = await chromium.launch({ executablePath, args: browserArguments });
      const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      await page.goto(server.url(options.folder));
      await page.locator('.monaco-workbench .part.statusbar .statusbar-item').first().waitFor({ timeout: 120_000 });
      await page.locator('.explorer-folders-view .monaco-list').waitFor({ timeout: 120_000 });
      return new Workbench(page, browser, server);
    } catch (error) {
      await server.saveLogs(path.join(artifacts, 'logs/opening'));
      await browser?.close();
      await server.stop();
      throw error;
    }
  }

  /** Runs a command through the palette; the title includes its category. */
  async runCommand(title: string): Promise<void> {
    await this.quickInput.runCommand(title);
  }

  /** Shows a container of the activity bar. */
  async openView(container: string): Promise<void> {
    const icon = this.activityIcon(container);
    await icon.waitFor();
    if ((await icon.getAttribute('aria-selected')) !== 'true') await icon.click();
    await this.page.locator('.part.sidebar .composite.title h2', { hasText: new RegExp(container, 'i') }).waitFor();
  }

  /** The icon of a container in the activity bar; its label may carry a badge. */
  activityIcon(container: string): Locator {
    return this.page.locator(`.part.activitybar .action-item[role="tab"]:has([aria-label^="${container}"])`);
  }

  view(title: string): View {
    return new View(this.page, title);
  }

  /** A row of a view's tree by its labels from the root on. */
  treeItem(view: string, ...labels: Label[]): TreeItem {
    return this.view(view).item(...labels);
  }

  async answerInput(text: string): Promise<void> {
    await this.quickInput.answer(text);
  }

  async pickQuick(label: string): Promise<void> {
    await this.quickInput.pick(label);
  }

  /** The lines of the visible terminal that are in sight, without trailing space. */
  async terminalText(): Promise<string> {
    const rows = this.page.locator('.terminal-wrapper.active .xterm-rows > div');
    const lines = await rows.evaluateAll((elements: PageElement[]) =>
      elements.map((element) => element.textContent ?? ''),
    );
    return lines
      .map((line) => line.replaceAll('\u00a0', ' ').trimEnd())
      .join('\n')
      .trimEnd();
  }

  /** Waits until the visible terminal shows the text. */
  async terminalShows(pattern: RegExp, milliseconds?: number): Promise<string> {
    let seen = '';
    try {
      return await until(
        'terminal text',
        async () => {
          seen = await this.terminalText();
          return pattern.test(seen) && seen;
        },
        milliseconds,
      );
    } catch (error) {
      throw new Error(`the terminal never showed ${String(pattern)}; it shows:\n${seen}`, { cause: error });
    }
  }

  /** Opens a shell in the integrated terminal. */
  async openTerminal(): Promise<void> {
    await this.runCommand('Terminal: Create New Terminal');
    await this.terminalShows(/\$/);
  }

  /** Types into the visible terminal and presses Enter. */
  async typeInTerminal(line: string): Promise<void> {
    await this.page.locator('.terminal-wrapper.active .xterm-helper-textarea').focus();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
  }

  /** Sends Ctrl-C to the visible terminal. */
  async interruptTerminal(): Promise<void> {
    await this.page.locator('.terminal-wrapper.active .xterm-helper-textarea').focus();
    await this.page.keyboard.press('Control+c');
  }

  /** The texts of the notifications on the screen, newest first. */
  async notifications(): Promise<string[]> {
    return this.page.locator('.notifications-toasts .notification-list-item-message').allInnerTexts();
  }

  /** Waits for a notification, and presses its button when one is named. Returns the text. */
  async notification(pattern: RegExp, button?: string): Promise<string> {
    const message = this.page.locator('.notification-list-item-message', { hasText: pattern });
    const toast = this.page.locator('.notifications-toasts .notification-list-item', { has: message }).first();
    await toast.waitFor();
    const text = await toast.locator('.notification-list-item-message').innerText();
    if (button !== undefined) {
      await toast.hover();
      await toast.locator('.monaco-button', { hasText: exactly(button) }).click();
    }
    return text;
  }

  /** Presses a button of the modal dialog; returns what the dialog said. */
  async confirmDialog(button: string): Promise<string> {
    const dialog = this.page.locator('.monaco-dialog-box');
    const text = await dialog.locator('.dialog-message-container').innerText();
    await dialog.locator('.monaco-button', { hasText: exactly(button) }).click();
    await dialog.waitFor({ state: 'detached' });
    return text;
  }

  /** The active text editor: the file's name as on its tab, and the cursor, counted from 1. Null when there is none. */
  async editor(): Promise<{ file: string; line: number; column: number } | null> {
    const tab = this.page.locator('.editor-group-container.active .tab.active');
    const status = this.page.locator('[id="status.editor.selection"]');
    if ((await tab.count()) === 0 || (await status.count()) === 0) return null;
    const file = await tab.getAttribute('data-resource-name');
    const cursor = /Ln (\d+), Col (\d+)/.exec(await status.innerText());
    if (file === null || cursor === null) return null;
    return { file, line: Number(cursor[1]), column: Number(cursor[2]) };
  }

  /** Waits until the cursor is in this file, on this line if one is given. */
  async editorAt(file: string, line?: number): Promise<{ file: string; line: number; column: number }> {
    let seen = 'no editor';
    try {
      return await until('editor', async () => {
        const editor = await this.editor();
        if (editor !== null) seen = `${editor.file}:${String(editor.line)}`;
        return editor?.file === file && (line === undefined || editor.line === line) && editor;
      });
    } catch (error) {
      throw new Error(`the editor never came to ${file}:${String(line ?? '')}; it is at ${seen}`, { cause: error });
    }
  }

  /** The lines of the active text editor that can be seen, in their order. */
  async editorText(): Promise<string> {
    const lines = await this.page.locator('.editor-group-container.active .view-lines .view-line').all();
    const seen = await Promise.all(
      lines.map(async (line) => ({ top: (await line.boundingBox())?.y ?? 0, text: (await line.innerText()).replaceAll('\u00a0', ' ') })),
    );
    return seen.sort((a, b) => a.top - b.top).map(({ text }) => text).join('\n');
  }

  /** The page inside the webview tab with this title, which becomes the active tab. */
  async webview(title: string | RegExp): Promise<Frame> {
    const label = this.page.locator('.label-name', { hasText: typeof title === 'string' ? exactly(title) : title });
    const tab = this.page.locator('.tab', { has: label }).first();
    await tab.click();
    await tab.and(this.page.locator('.active')).waitFor();
    return this.visibleWebview();
  }

  /** The page inside the webview that is on the screen. */
  async visibleWebview(): Promise<Frame> {
    return until('a webview with its page', async () => {
      for (const outer of await this.page.locator('iframe.webview:visible').elementHandles()) {
        // While a page is being replaced there are two inside; the new one is the last.
        const inner = (await outer.contentFrame())?.childFrames().at(-1);
        if (inner !== undefined && (await inner.locator('body *').count()) > 0) return inner;
      }
      return undefined;
    });
  }

  /** The titles of the open tabs. */
  async tabs(): Promise<string[]> {
    return this.page.locator('.tab .label-name').allInnerTexts();
  }

  /** Saves a picture of the window as test/artifacts/screenshots/NAME.png. */
  async screenshot(name: string): Promise<string> {
    const file = path.join(artifacts, 'screenshots', `${name}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }

  /**
   * After a failure: a picture, and the logs of the server and the extension host, under test/artifacts/logs/NAME.
   * @returns what the window showed as text: the trees, the notifications and the end of the terminal
   */
  async saveEvidence(name: string): Promise<string> {
    await this.screenshot(`failed-${name}`);
    const folder = path.join(artifacts, 'logs', name);
    await this.server.saveLogs(folder);
    const seen = await this.seen();
    await writeFile(path.join(folder, 'window.txt'), seen);
    return seen;
  }

  private async seen(): Promise<string> {
    const titles = await this.page.locator('.part.sidebar .pane-header .title').allTextContents();
    const views = await Promise.all(titles.map(async (title) => `${title}:\n${await this.view(title).text()}`));
    const terminal = (await this.terminalText()).split('\n').slice(-30).join('\n');
    return [...views, `notifications:\n${(await this.notifications()).join('\n')}`, `terminal:\n${terminal}`].join('\n\n');
  }

  /** Ends the browser and the server and removes their folders. */
  async close(): Promise<void> {
    try {
      await this.browser.close();
    } finally {
      await this.server.stop();
    }
  }
}
