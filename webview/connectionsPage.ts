/** The connections page: who is connected to the database, what they run, and a way to end it. */
import './connections/connections.css';
import './page/page.css';
import { type ConnectionsPageRequest, type ConnectionsPageUpdate, isConnectionsPageUpdate } from '../src/protocol';
import { ConnectionsView } from './connections/view';
import { connectHost } from './page/host';
import { registerControls } from './toolkit';

registerControls();
const root = document.getElementById('page');
if (root !== null) {
  const view = new ConnectionsView(root, (request) => host.post(request));
  const host = connectHost<ConnectionsPageRequest, ConnectionsPageUpdate>(
    isConnectionsPageUpdate,
    { type: 'ready' },
    (update) => view.show(update),
  );
}
