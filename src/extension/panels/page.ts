import * as vscode from 'vscode';
import { log, report } from '../host';
import { pageHtml, type PageName, pageOptions } from './html';

/**
 * One editor tab with a page in it. Updates wait until the page has said that it is ready; what the page sends is checked
 * before anybody sees it; what a handler throws becomes a notification.
 */
export class Page<Request extends { readonly type: string }, Update> implements vscode.Disposable {
  private isReady = false;
  private waiting: Update | undefined;
  private readonly closed = new vscode.EventEmitter<void>();
  readonly onDidClose = this.closed.event;
  private readonly shown = new vscode.EventEmitter<boolean>();
  /** The tab came to the front (true) or went behind another (false). */
  readonly onDidShow = this.shown.event;

  constructor(
    readonly panel: vscode.WebviewPanel,
    extensionUri: vscode.Uri,
    page: PageName,
    isRequest: (message: unknown) => message is Request,
    handle: (request: Request) => unknown,
  ) {
    panel.webview.onDidReceiveMessage(async (message: unknown) => {
      if (!isRequest(message)) {
        log().warn(`${page}: a message of an unknown form was dropped.`);
        return;
      }
      if (message.type === 'ready') this.becomeReady();
      try {
        await handle(message);
      } catch (thrown) {
        void report(thrown);
      }
    });
    panel.onDidChangeViewState(() => this.shown.fire(panel.visible));
    panel.onDidDispose(() => {
      this.closed.fire();
      this.closed.dispose();
      this.shown.dispose();
    });
    panel.webview.options = pageOptions(extensionUri);
    panel.webview.html = pageHtml(panel.webview, extensionUri, page);
  }

  /** Shows the latest update; earlier ones that were not shown yet are dropped. */
  show(update: Update): void {
    if (this.isReady) void this.panel.webview.postMessage(update);
    else this.waiting = update;
  }

  dispose(): void {
    this.panel.dispose();
  }

  private becomeReady(): void {
    this.isReady = true;
    if (this.waiting !== undefined) void this.panel.webview.postMessage(this.waiting);
    this.waiting = undefined;
  }
}
