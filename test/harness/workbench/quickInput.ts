import type { Locator, Page } from 'playwright-core';
import { until } from '../until';

/** The box at the top of the window: the command palette, input boxes and quick picks. */
export class QuickInput {
  private readonly widget: Locator;

  constructor(private readonly page: Page) {
    this.widget = page.locator('.quick-input-widget');
  }

  /** Runs a command by the title that the palette shows, its category included: `DataJoint: Refresh`. */
  async runCommand(title: string): Promise<void> {
    // Right after the window opened the palette may not know the extension's commands yet: ask anew.
    await until(`the palette offers ${title}`, async () => {
      await this.page.keyboard.press('F1');
      await this.input.fill(`>${title}`);
      try {
        await this.row(title).waitFor({ timeout: 2000 });
        return true;
      } catch (error) {
        await this.page.keyboard.press('Escape');
        throw error;
      }
    });
    await this.row(title).click();
  }

  /** Types into an input box and accepts it. */
  async answer(text: string): Promise<void> {
    await this.input.fill(text);
    await this.input.press('Enter');
  }

  /** Picks the row with exactly this label. */
  async pick(label: string): Promise<void> {
    await this.row(label).click();
  }

  /** The labels on offer. */
  async labels(): Promise<string[]> {
    await this.widget.locator('.monaco-list-row').first().waitFor();
    return this.widget.locator('.monaco-list-row .quick-input-list-row .label-name').allInnerTexts();
  }

  /** What the box asks: its title, its prompt and its error, if any. */
  async prompt(): Promise<string> {
    await this.input.waitFor();
    return this.widget.innerText();
  }

  private row(label: string): Locator {
    const exact = this.page.locator('.label-name', { hasText: exactly(label) });
    return this.widget.locator('.monaco-list-row', { has: exact }).first();
  }

  private get input(): Locator {
    return this.widget.locator('.quick-input-box input:visible');
  }
}

/** A pattern for a whole text; surrounding and doubled white space is ignored. */
export function exactly(text: string): RegExp {
  const escaped = text.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^\\s*${escaped.replaceAll(/\s+/g, '\\s+')}\\s*$`);
}
