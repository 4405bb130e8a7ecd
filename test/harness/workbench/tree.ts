import type { Locator, Page } from 'playwright-core';
import { until } from '../until';
import type { PageElement } from './pageElement';
import { exactly } from './quickInput';

/** A label in a tree: the whole label, or a pattern for it. */
export type Label = string | RegExp;

interface Row {
  /** Position among all rows of the tree, also those that are scrolled out of sight. */
  readonly index: number;
  readonly level: number;
  readonly label: string;
}

type MouseEvent = 'click' | 'contextmenu';

/** Where the mouse was when the page had the event. */
interface Landed {
  readonly row: string;
  /** The label of the button; empty beside one. */
  readonly action: string;
}

/** Notes in `window.mouseLanded` where the next event of the kind goes. */
const listenFor = (event: MouseEvent) => `
  window.mouseLanded = null;
  document.addEventListener('${event}', ({ target }) => {
    const row = target.closest('.monaco-list-row')?.querySelector('.label-name')?.textContent ?? '';
    window.mouseLanded = { row, action: target.closest('.action-label')?.getAttribute('aria-label') ?? '' };
  }, { capture: true, once: true });`;

/** A row that has gone is looked for anew rather than waited for. */
const patience = { timeout: 2000 };

const matches = (label: Label, text: string) => (typeof label === 'string' ? text === label : label.test(text));

/** One view of the sidebar: a header and a tree. */
export class View {
  readonly pane: Locator;

  constructor(
    private readonly page: Page,
    readonly title: string,
  ) {
    this.pane = page.locator(`.pane:has(> .pane-header[aria-label^="${title}"])`);
  }

  /** Opens the view if it is folded. */
  async expand(): Promise<void> {
    const header = this.pane.locator('> .pane-header');
    if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
    await this.pane.locator('> .pane-body').waitFor();
  }

  /** A row by its labels from the root on. Nothing is looked up before it is used. */
  item(...path: Label[]): TreeItem {
    return new TreeItem(this.page, this.pane, path);
  }

  /** The labels of the rows in sight, indented by two spaces a level, each with its description. */
  async text(): Promise<string> {
    const rows = await this.pane.locator('.monaco-list-row').all();
    const lines = await Promise.all(
      rows.map(async (row) => {
        const level = Number(await row.getAttribute('aria-level'));
        return { top: Number(await row.getAttribute('data-index')), text: '  '.repeat(level - 1) + (await rowText(row)) };
      }),
    );
    return lines
      .sort((a, b) => a.top - b.top)
      .map((line) => line.text)
      .join('\n');
  }

  /** What an empty view says. */
  async welcome(): Promise<string> {
    return this.pane.locator('.welcome-view-content').innerText();
  }

  /** Presses a button of an empty view. */
  async pressWelcome(button: string): Promise<void> {
    await this.pane.locator('.welcome-view-content .monaco-button', { hasText: button }).click();
  }

  /** Presses a button of the view's title bar. */
  async press(title: string): Promise<void> {
    await this.pane.locator('> .pane-header').hover();
    await this.pane.locator(`> .pane-header .action-label[aria-label^="${title}"]`).click();
  }
}

/** A length in a style attribute. */
function pixels(style: string, property: string): number {
  return Number(new RegExp(`(?:^|[; ])${property}: ?([\\d.]+)px`).exec(style)?.[1] ?? Number.NaN);
}

async function rowText(row: Locator): Promise<string> {
  const description = row.locator('.label-description');
  const parts = [await row.locator('.label-name').innerText(patience)];
  if ((await description.count()) > 0) parts.push(await description.innerText(patience));
  return parts.join('  ').replaceAll(/[\u00a0\s]+$/g, '');
}

/** A row of a tree, found anew at each use, so that a refresh of the tree does not matter. */
export class TreeItem {
  constructor(
    private readonly page: Page,
    private readonly pane: Locator,
    private readonly path: readonly Label[],
  ) {}

  /** Unfolds the rows above it and brings it into sight. Throws when it does not appear. */
  async find(milliseconds?: number): Promise<Locator> {
    return until(`tree item ${this.path.map(String).join(' › ')}`, () => this.look(), milliseconds);
  }

  async expand(): Promise<void> {
    await this.find();
    await this.toggle('true');
  }

  async collapse(): Promise<void> {
    await this.find();
    await this.toggle('false');
  }

  async click(): Promise<void> {
    await this.hit('click', async (row) => row.locator('.label-name').click(patience));
  }

  /** Chooses from the menu of the right mouse button. */
  async menu(title: string): Promise<void> {
    const choice = this.page.locator('.monaco-menu .action-item', { hasText: exactly(title) });
    // The editor closes a menu when it draws the row again meanwhile.
    await until(`the menu of ${this.path.map(String).join(' › ')} offers ${title}`, async () => {
      await this.openMenu();
      try {
        await choice.hover({ timeout: 5000 });
        return true;
      } catch (error) {
        await this.page.keyboard.press('Escape');
        throw error;
      }
    });
    await this.page.locator('.monaco-menu .action-item.focused', { hasText: exactly(title) }).waitFor();
    // A menu is deaf to the mouse for a moment after it opens; not to the keyboard.
    await this.page.keyboard.press('Enter');
    await choice.waitFor({ state: 'detached' });
  }

  /** The titles in the menu of the right mouse button; closes it again. */
  async menuTitles(): Promise<string[]> {
    await this.openMenu();
    const labels = this.page.locator('.monaco-menu .action-item .action-label:not(.separator)');
    await labels.first().waitFor();
    const titles = await labels.allInnerTexts();
    await this.page.keyboard.press('Escape');
    return titles.map((title) => title.trim());
  }

  /** Presses one of the icons that appear at the right of the row. */
  async press(title: string): Promise<void> {
    const press = async (row: Locator) => {
      await row.hover(patience);
      await row.locator(`.actions .action-label[aria-label^="${title}"]`).click(patience);
    };
    await this.hit('click', press, title);
  }

  /** The label and the description. */
  async text(): Promise<string> {
    return rowText(await this.find());
  }

  /** Waits until the label and the description match. */
  async shows(pattern: RegExp, milliseconds?: number): Promise<string> {
    let seen = '';
    try {
      return await until(
        'tree text',
        async () => {
          const row = await this.look();
          seen = row === undefined ? '(not there)' : await rowText(row);
          return pattern.test(seen) && seen;
        },
        milliseconds,
      );
    } catch (error) {
      const name = this.path.map(String).join(' › ');
      throw new Error(`tree item ${name} never showed ${String(pattern)}; last seen: ${seen}`, { cause: error });
    }
  }

  /** Waits until the row is not there any more. Rows above it must exist. */
  async gone(milliseconds?: number): Promise<void> {
    await until(`${this.path.map(String).join(' › ')} disappears`, async () => !(await this.look()), milliseconds);
  }

  private async openMenu(): Promise<void> {
    const press = (row: Locator) => row.locator('.label-name').click({ ...patience, button: 'right' });
    await this.hit('contextmenu', press, '', () => this.page.keyboard.press('Escape'));
  }

  /**
   * Uses the mouse on the row until the page has had the event on this very row, and on its button where one is named. A
   * tree that is drawn again between finding and pressing moves its rows, and replaces a button that is half pressed.
   */
  private async hit(event: MouseEvent, act: (row: Locator) => Promise<void>, action = '', undo?: () => Promise<void>): Promise<void> {
    const wanted = this.path.at(-1) ?? '';
    await until(`the mouse reaches ${action} ${this.path.map(String).join(' › ')}`.replaceAll('  ', ' '), async () => {
      const row = await this.find();
      await this.page.evaluate(listenFor(event));
      await act(row);
      const landed = await this.page.evaluate<Landed | null>('window.mouseLanded');
      if (landed !== null && matches(wanted, landed.row.trim()) && landed.action.startsWith(action)) return true;
      await undo?.();
      return false;
    }, 60_000);
  }

  private async toggle(expanded: 'true' | 'false'): Promise<void> {
    await until(`the row is ${expanded === 'true' ? 'un' : ''}folded`, async () => {
      const row = await this.look();
      if (row === undefined) return false;
      if ((await row.getAttribute('aria-expanded', patience)) === expanded) return true;
      await row.locator('.monaco-tl-twistie').click(patience);
      return false;
    });
  }

  /** One look, from the top of the tree to its end; unfolds the path's rows as it meets them. */
  private async look(): Promise<Locator | undefined> {
    const list = this.pane.locator('.monaco-list');
    if ((await list.count()) === 0 || (await list.locator('.monaco-list-row').count()) === 0) return undefined;
    await this.scrollToTop();
    let depth = 0;
    let after = -1;
    for (;;) {
      const { rows, atEnd } = await this.rows();
      for (const row of rows) {
        if (row.index <= after) continue;
        if (row.level <= depth) return undefined;
        const label = this.path[depth];
        if (row.level !== depth + 1 || label === undefined || !matches(label, row.label)) continue;
        const named = this.page.locator('.label-name', { hasText: exactly(row.label) });
        const found = list.locator(`.monaco-list-row[data-index="${String(row.index)}"]`).filter({ has: named });
        if (depth === this.path.length - 1) return found;
        if ((await found.getAttribute('aria-expanded', patience)) === 'false') {
          await found.locator('.monaco-tl-twistie').click(patience);
          return undefined;
        }
        depth += 1;
        after = row.index;
      }
      if (atEnd) return undefined;
      await this.scrollDown(rows);
    }
  }

  /** The rows that are on the page, and whether the last of them is the tree's last. */
  private async rows(): Promise<{ rows: Row[]; atEnd: boolean }> {
    // One call for all rows: a row may be replaced between two calls.
    const all = this.pane.locator('.monaco-list-rows > .monaco-list-row');
    const found = await all.evaluateAll((elements: PageElement[]) =>
      elements.map((element) => ({
        index: Number(element.getAttribute('data-index')),
        level: Number(element.getAttribute('aria-level')),
        label: element.querySelector('.label-name')?.textContent ?? '',
        style: element.getAttribute('style') ?? '',
        listStyle: element.parentElement?.getAttribute('style') ?? '',
      })),
    );
    const rows = found.map((row) => ({ ...row, label: row.label.trim() })).sort((a, b) => a.index - b.index);
    const last = rows.at(-1);
    const atEnd = !last || pixels(last.style, 'top') + pixels(last.style, 'height') >= pixels(last.listStyle, 'height');
    return { rows, atEnd };
  }

  private async scrollToTop(): Promise<void> {
    const first = this.pane.locator('.monaco-list-rows > .monaco-list-row[data-index="0"]');
    if ((await first.count()) > 0) return;
    await this.pane.locator('.monaco-list').focus();
    await this.page.keyboard.press('Home');
    await first.waitFor({ ...patience, state: 'attached' });
  }

  /** Scrolls down until other rows than these are there. */
  private async scrollDown(rows: readonly Row[]): Promise<void> {
    await this.pane.locator('.monaco-list').focus();
    await until('the tree scrolls', async () => {
      // The first press may only move the focus to the last row in sight.
      await this.page.keyboard.press('PageDown');
      return (await this.rows()).rows.at(-1)?.index !== rows.at(-1)?.index;
    });
  }
}
