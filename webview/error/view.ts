import {
  ago,
  duration,
  type ErrorPage,
  type ErrorPageAction,
  type ErrorPageRequest,
  type ErrorPageUpdate,
  type PageStatus,
} from '../../src/protocol';
import { element, icon, linkButton, Part } from '../page/dom';
import { button, type ButtonControl, progressRing } from '../toolkit';
import { stackElements } from './stack';

type Post = (request: ErrorPageRequest) => void;

const statusIcon: Readonly<Record<PageStatus, string>> = {
  error: 'error',
  pending: 'clock',
  reserved: 'sync',
  done: 'pass-filled',
  ignore: 'circle-slash',
  absent: 'question',
};

const statusText: Readonly<Record<PageStatus, string>> = {
  error: 'error',
  pending: 'pending',
  reserved: 'running',
  done: 'done',
  ignore: 'ignored',
  absent: 'not in the queue',
};

/** The way of a retried job. */
const way: readonly PageStatus[] = ['pending', 'reserved', 'done'];

/** More keys with the same failure are counted rather than listed. */
const listed = 50;

const actionButtons: readonly {
  readonly action: ErrorPageAction;
  readonly label: string;
  readonly icon: string;
  readonly look: 'primary' | 'secondary' | 'quiet';
  readonly possible: (page: ErrorPage) => boolean;
}[] = [
  { action: 'goToMake', label: 'Go to make()', icon: 'go-to-file', look: 'primary', possible: () => true },
  {
    action: 'retry',
    label: 'Retry',
    icon: 'debug-restart',
    look: 'secondary',
    possible: ({ status, blocked }) => blocked === '' && (status === 'error' || status === 'ignore'),
  },
  {
    action: 'debug',
    label: 'Debug',
    icon: 'debug-alt',
    look: 'secondary',
    possible: ({ status, blocked }) => blocked === '' && (status === 'error' || status === 'ignore' || status === 'pending'),
  },
  { action: 'ignore', label: 'Ignore', icon: 'circle-slash', look: 'secondary', possible: ({ status }) => status === 'error' },
  {
    action: 'clear',
    label: 'Clear',
    icon: 'close',
    look: 'secondary',
    possible: ({ status }) => status === 'error' || status === 'ignore',
  },
  { action: 'copyKey', label: 'Copy key', icon: 'key', look: 'quiet', possible: () => true },
  { action: 'copyReport', label: 'Copy report', icon: 'copy', look: 'quiet', possible: ({ message }) => message !== '' },
  { action: 'openAsText', label: 'Open as text', icon: 'file', look: 'quiet', possible: ({ message }) => message !== '' },
];

/** Draws the page. Parts that did not change are left alone, so an update never takes the focus away. */
export class ErrorView {
  private page: ErrorPage | null = null;
  private readonly title = new Part<{ table: string; key: string }>(element('h1'), ({ table, key }) => [
    element('span', { class: 'table' }, table),
    icon('chevron-right', 'dim'),
    element('span', { class: 'key' }, key),
  ]);
  private readonly status = new Part<PageStatus>(
    element('div', { class: 'status', role: 'status', attributes: { 'aria-live': 'polite' } }),
    (status) => [statusMark(status), element('span', {}, statusText[status]), this.since],
  );
  private readonly since = element('span', { class: 'dim since' });
  private readonly steps = new Part<PageStatus>(element('div', { class: 'steps', attributes: { 'aria-hidden': 'true' } }), stepElements);
  private readonly note = new Part<string>(element('p', { class: 'note dim' }), (note) => [note]);
  private readonly banner = new Part<string>(element('div', { class: 'banner' }), (reason) =>
    reason === '' ? [] : [icon('shield'), element('span', {}, reason)],
  );
  private readonly message = new Part<string>(element('div', { class: 'message mono' }), (message) => [message]);
  private readonly stack: Part<Pick<ErrorPage, 'stack' | 'omitted'>>;
  private readonly facts = new Part<readonly string[]>(element('p', { class: 'facts dim' }), (facts) => [facts.join(' · ')]);
  private readonly same: Part<Pick<ErrorPage, 'same' | 'blocked' | 'status'>>;
  private readonly buttons: ReadonlyMap<ErrorPageAction, ButtonControl>;

  constructor(
    private readonly root: HTMLElement,
    private readonly post: Post,
  ) {
    this.buttons = new Map(
      actionButtons.map(({ action, label, icon: name, look }) => [
        action,
        button({ label, icon: name, look, onClick: () => post({ type: 'action', action }) }),
      ]),
    );
    this.stack = new Part(element('div', { class: 'stack' }), ({ stack, omitted }) =>
      stackElements(stack, omitted, (index) => post({ type: 'openFrame', index })),
    );
    this.same = new Part(element('div', { class: 'same' }), (data) => this.sameElements(data));
    root.classList.add('error-page');
    root.replaceChildren(progressRing('Reading the job'));
    setInterval(() => this.drawSince(), 1000);
  }

  show({ page }: ErrorPageUpdate): void {
    if (this.page === null) this.layOut();
    this.page = page;
    this.title.update({ table: page.table, key: page.key });
    this.status.update(page.status);
    this.drawSince();
    this.steps.update(page.status);
    this.note.update(page.note);
    this.banner.update(page.blocked);
    this.message.update(page.message);
    this.stack.update({ stack: page.stack, omitted: page.omitted });
    this.facts.update(page.facts);
    this.same.update({ same: page.same, blocked: page.blocked, status: page.status });
    this.root.dataset['status'] = page.status;
    for (const { action, possible } of actionButtons) {
      this.buttons.get(action)?.setEnabled(possible(page), page.blocked || `Not for a job that is ${statusText[page.status]}.`);
    }
  }

  private layOut(): void {
    const [main, quiet] = [actionButtons.filter((each) => each.look !== 'quiet'), actionButtons.filter((each) => each.look === 'quiet')];
    const row = (specs: typeof actionButtons) => specs.map(({ action }) => this.buttons.get(action)?.element ?? null);
    this.root.replaceChildren(
      element('header', {}, this.title.element, this.status.element),
      element('div', { class: 'way' }, this.steps.element, this.note.element),
      this.banner.element,
      this.message.element,
      element(
        'div',
        { class: 'actions', role: 'toolbar', attributes: { 'aria-label': 'Actions' } },
        element('div', { class: 'group' }, ...row(main)),
        element('div', { class: 'group' }, ...row(quiet)),
      ),
      this.stack.element,
      this.facts.element,
      this.same.element,
    );
  }

  private drawSince(): void {
    const { status, since } = this.page ?? {};
    if (since === null || since === undefined) this.since.textContent = '';
    else if (status === 'reserved') this.since.textContent = `· ${duration((Date.now() - since) / 1000)}`;
    else this.since.textContent = `· ${ago(since, Date.now())}`;
  }

  private sameElements({ same, blocked, status }: Pick<ErrorPage, 'same' | 'blocked' | 'status'>): HTMLElement[] {
    if (same.length === 0) return [];
    const retryAll = button({
      label: status === 'error' ? `Retry all ${same.length + 1}` : `Retry the other ${same.length}`,
      icon: 'debug-restart',
      onClick: () => this.post({ type: 'action', action: 'retryAll' }),
    });
    retryAll.setEnabled(blocked === '', blocked);
    const keys = same.slice(0, listed).map((key, index) =>
      element('li', {}, linkButton(key, 'Open this error', () => this.post({ type: 'openSame', index }))),
    );
    const more = same.length > listed ? [element('li', { class: 'dim' }, `and ${same.length - listed} more`)] : [];
    return [
      element(
        'div',
        { class: 'same-title' },
        element('h2', {}, `Same failure: ${same.length} more ${same.length === 1 ? 'key' : 'keys'}`),
        retryAll.element,
      ),
      element('ul', {}, ...keys, ...more),
    ];
  }
}

function statusMark(status: PageStatus): HTMLElement {
  return icon(statusIcon[status], status === 'reserved' ? 'codicon-modifier-spin' : '');
}

/** pending → running → done, for a job that was retried. */
function stepElements(status: PageStatus): HTMLElement[] {
  const at = way.indexOf(status);
  if (at < 0) return [];
  return way.map((step, index) => {
    const state = index < at || status === 'done' ? 'past' : index === at ? 'now' : 'ahead';
    const mark = state === 'past' ? icon('pass-filled') : state === 'now' ? icon('circle-filled') : icon('circle-large');
    return element('span', { class: `step ${state}` }, mark, element('span', {}, statusText[step]));
  });
}
