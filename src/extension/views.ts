import * as vscode from 'vscode';
import { type Connections, type ConnectionState, localFolders } from './connections';
import { describeView } from './host';
import { contextKeys, views } from './ids';
import type { SourceClasses } from './source';
import { ErrorsTree, PipelinesTree, TreeItems, type TreeNode, WorkersTree } from './tree';
import { plural } from './words';

/** The views of the sidebar. Databases are probed only while one of them can be seen. */
export class Views implements vscode.Disposable {
  readonly pipelines: PipelinesTree;
  readonly errors: ErrorsTree;
  private readonly workers: WorkersTree;
  private readonly pipelinesView: vscode.TreeView<TreeNode>;
  private readonly errorsView: vscode.TreeView<TreeNode>;
  private readonly workersView: vscode.TreeView<TreeNode>;
  private readonly disposables: vscode.Disposable[] = [];
  private filter = '';
  private watch: vscode.Disposable | undefined;

  constructor(
    extensionUri: vscode.Uri,
    private readonly connections: Connections,
    private readonly sources: SourceClasses,
  ) {
    const items = new TreeItems(extensionUri);
    this.pipelines = new PipelinesTree(connections, sources, items);
    this.errors = new ErrorsTree(connections, items);
    this.workers = new WorkersTree(connections, items);
    const options = { showCollapseAll: true, canSelectMany: true };
    this.pipelinesView = vscode.window.createTreeView(views.pipelines, { treeDataProvider: this.pipelines, ...options });
    this.errorsView = vscode.window.createTreeView(views.errors, { treeDataProvider: this.errors, ...options });
    this.workersView = vscode.window.createTreeView(views.workers, { treeDataProvider: this.workers, ...options });
    this.disposables.push(
      this.pipelines.shownIn(this.pipelinesView),
      this.errors.shownIn(this.errorsView),
      this.workers.shownIn(this.workersView),
      connections.onDidAnswer((connection) => {
        if (connection === null) this.follow(true);
        void this.redraw();
      }),
      sources.onDidChange(() => void this.redraw()),
      this.pipelinesView.onDidChangeVisibility(() => this.follow()),
      this.errorsView.onDidChangeVisibility(() => this.follow()),
      this.workersView.onDidChangeVisibility(() => this.follow()),
      this.errors.onDidCount((count) => this.badge(count)),
    );
    this.setFilter('');
    this.follow();
    void this.showState();
  }

  /** Brings the Errors view to the front. */
  async showErrors(): Promise<void> {
    await vscode.commands.executeCommand(`${views.errors}.focus`);
  }

  setFilter(text: string): void {
    this.filter = text;
    this.pipelines.setFilter(text);
    void this.showState();
    void vscode.commands.executeCommand('setContext', contextKeys.filtered, text !== '');
  }

  async redraw(): Promise<void> {
    await Promise.all([this.pipelines.redraw(), this.errors.redraw(), this.workers.redraw(), this.showState()]);
  }

  dispose(): void {
    this.watch?.dispose();
    for (const disposable of this.disposables) disposable.dispose();
  }

  private follow(again = false): void {
    const visible = [this.pipelinesView, this.errorsView, this.workersView].some((view) => view.visible);
    if (again || !visible) {
      this.watch?.dispose();
      this.watch = undefined;
    }
    if (!visible || this.watch !== undefined) return;
    this.watch = this.connections.watch();
  }

  private badge(count: number): void {
    const badge = { value: count, tooltip: `${plural(count, 'job')} with an error` };
    describeView(this.errorsView, { badge, description: count === 0 ? '' : count.toLocaleString('en-US') });
  }

  /** Tells the welcome texts which of them applies, and shows whole sentences for which a row is too short. */
  private async showState(): Promise<void> {
    const states = await Promise.all(this.connections.all.map((connection) => connection.glance()));
    const problems = states.flatMap((state) => (state?.kind === 'problem' ? [state.message] : []));
    const filter = this.filter === '' ? [] : [`Only tables with “${this.filter}” in their name.`];
    describeView(this.pipelinesView, { message: [...problems, ...filter].join('\n') });
    await vscode.commands.executeCommand('setContext', contextKeys.state, await this.stateOf(states));
  }

  private async stateOf(states: readonly (ConnectionState | null)[]): Promise<string> {
    const { all } = this.connections;
    if (all.length === 0) return 'noFolder';
    if (states.some((state) => state?.kind === 'ready')) return 'ready';
    if (states.some((state) => state?.kind !== 'missing')) return 'problem';
    const classes = await this.sources.of(localFolders());
    if (classes.length === 0) return 'empty';
    return classes.every(({ language }) => language === 'python') ? 'needsServer' : 'undeclared';
  }
}
