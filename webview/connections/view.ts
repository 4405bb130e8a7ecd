import {
  type ConnectionsPage,
  type ConnectionsPageRequest,
  type ConnectionsPageUpdate,
  intervals,
} from '../../src/protocol';
import { element, icon, Part } from '../page/dom';
import { button, type ButtonControl, dropdown, type DropdownControl, textField, type TextFieldControl } from '../toolkit';
import { SessionGrid } from './grid';
import { fadeMs, SessionRows } from './rows';

type Post = (request: ConnectionsPageRequest) => void;

export class ConnectionsView {
  private readonly rows = new SessionRows();
  private readonly grid: SessionGrid;
  private readonly title = new Part<string>(element('h1'), (database) => [
    element('span', { class: 'strong' }, 'Connections'),
    element('span', { class: 'dim' }, database),
  ]);
  private readonly problem = new Part<string>(element('div', { class: 'banner', role: 'alert' }), (problem) =>
    problem === '' ? [] : [icon('warning'), element('span', {}, problem)],
  );
  private readonly filterProblem = new Part<string>(element('div', { class: 'filter-problem', role: 'alert' }), (problem) =>
    problem === '' ? [] : [icon('error'), element('span', {}, problem)],
  );
  private readonly state = new Part<Pick<ConnectionsPage, 'paused' | 'complete' | 'lockWaitsKnown'> & { count: number; at: string }>(
    element('span', { class: 'dim', role: 'status' }),
    ({ count, at, paused, complete, lockWaitsKnown }) => [
      `${count} ${count === 1 ? 'session' : 'sessions'} · ${paused ? 'paused' : 'read'} at ${at}`,
      complete ? '' : ' · only those of this account: it lacks the privilege PROCESS',
      lockWaitsKnown ? '' : ' · who waits for a lock is not known: the account may not read it',
    ],
  );
  private readonly restriction: TextFieldControl;
  private readonly order: TextFieldControl;
  private readonly interval: DropdownControl;
  private readonly pause: ButtonControl;
  private readonly resume: ButtonControl;
  private readonly kill: ButtonControl;
  private page: ConnectionsPage | null = null;

  constructor(
    private readonly root: HTMLElement,
    post: Post,
  ) {
    this.grid = new SessionGrid(this.rows, () => this.draw());
    const filter = () => post({ type: 'filter', restriction: this.restriction.value, order: this.order.value });
    this.restriction = textField('Restriction on ID, USER, HOST, DB, COMMAND, TIME, STATE and INFO', 'TIME > 600', filter);
    this.restriction.element.classList.add('restriction');
    this.order = textField('Order', 'TIME desc', filter);
    this.interval = dropdown(
      'Refresh',
      intervals.map((seconds) => ({ value: String(seconds), text: `every ${seconds} s` })),
      (value) => post({ type: 'interval', seconds: Number(value) }),
    );
    this.pause = button({ label: 'Pause', icon: 'debug-pause', look: 'icon', onClick: () => post({ type: 'pause', paused: true }) });
    this.resume = button({
      label: 'Go on refreshing',
      icon: 'debug-continue',
      look: 'icon',
      onClick: () => post({ type: 'pause', paused: false }),
    });
    const refresh = button({ label: 'Refresh', icon: 'refresh', look: 'icon', onClick: () => post({ type: 'refresh' }) });
    this.kill = button({
      label: 'Kill',
      icon: 'debug-stop',
      look: 'primary',
      onClick: () => post({ type: 'kill', ids: this.rows.selected }),
    });
    const controls = element(
      'div',
      { class: 'controls', role: 'toolbar', attributes: { 'aria-label': 'What is listed, and how often' } },
      element('span', { class: 'dim' }, 'Restriction'),
      this.restriction.element,
      element('span', { class: 'dim' }, 'Order'),
      this.order.element,
      this.interval.element,
      this.pause.element,
      this.resume.element,
      refresh.element,
    );
    root.classList.add('connections-page');
    root.replaceChildren(
      element('header', {}, this.title.element, controls),
      this.problem.element,
      this.filterProblem.element,
      this.grid.element,
      element('footer', {}, this.kill.element, this.state.element),
    );
    this.draw();
  }

  show({ page }: ConnectionsPageUpdate): void {
    this.page = page;
    this.rows.replace(page.rows, Date.now(), page.restriction === '');
    this.title.update(page.database);
    this.problem.update(page.problem);
    this.filterProblem.update(page.filterProblem);
    this.restriction.set(page.restriction);
    this.order.set(page.order);
    this.restriction.setProblem(page.filterProblem);
    this.interval.set(String(page.interval));
    this.pause.element.hidden = page.paused;
    this.resume.element.hidden = !page.paused;
    this.root.dataset['paused'] = String(page.paused);
    this.draw();
    if (this.rows.fading) setTimeout(() => this.rows.forget(Date.now()) && this.draw(), fadeMs + 50);
  }

  private draw(): void {
    this.grid.draw();
    const chosen = this.rows.selected.length;
    this.kill.setLabel(chosen === 0 ? 'Kill…' : `Kill ${chosen} selected…`);
    this.kill.setEnabled(chosen > 0, 'Select the sessions to kill.');
    if (this.page === null) return;
    const at = new Date(this.page.takenAt).toLocaleTimeString();
    const { paused, complete, lockWaitsKnown } = this.page;
    this.state.update({ count: this.rows.count, at, paused, complete, lockWaitsKnown });
  }
}
