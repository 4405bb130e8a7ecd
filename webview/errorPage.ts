/** The error page: one failed job, its stack with the source, and what can be done about it. */
import './error/error.css';
import './page/page.css';
import { type ErrorPageRequest, isErrorPageUpdate } from '../src/protocol';
import { ErrorView } from './error/view';
import { connectHost } from './page/host';
import { registerControls } from './toolkit';

registerControls();
const root = document.getElementById('page');
if (root !== null) {
  const view = new ErrorView(root, (request) => host.post(request));
  const host = connectHost<ErrorPageRequest, Parameters<ErrorView['show']>[0]>(
    isErrorPageUpdate,
    { type: 'ready' },
    (update) => view.show(update),
  );
}
