import type { PanelState } from '../../src/protocol';

interface VsCodeApi {
  postMessage(message: unknown): void;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The editor's side, as a page sees it. */
export interface Host<Request> {
  post(request: Request): void;
}

/**
 * Connects a page: checks what arrives, remembers the state that comes with it, and says `ready` once the page can be
 * filled.
 */
export function connectHost<Request, Update extends { readonly state: PanelState }>(
  isUpdate: (message: unknown) => message is Update,
  ready: Request,
  onUpdate: (update: Update) => void,
): Host<Request> {
  const api = acquireVsCodeApi();
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (!isUpdate(event.data)) return;
    api.setState(event.data.state);
    onUpdate(event.data);
  });
  // After the page's own code: an answer must find the page complete.
  queueMicrotask(() => api.postMessage(ready));
  return { post: (request) => api.postMessage(request) };
}
