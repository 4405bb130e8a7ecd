import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isConnectionsPageRequest, isErrorPageRequest, isPanelState } from '../../src/protocol';
import { readState } from '../../src/localServer/state';
import { fuzz } from './fuzz';

const words = ['ready', 'action', 'openFrame', 'openSame', 'kill', 'filter', 'interval', 'pause', 'refresh', 'retry', 'clear', 'running', 'failed', 'starting'];
const messages = fc.oneof(
  fc.anything({ withBigInt: true, withNullPrototype: true, withMap: true, withTypedArray: true }),
  fc.record(
    {
      type: fc.oneof(fc.constantFrom(...words), fc.anything()),
      kind: fc.oneof(fc.constantFrom(...words), fc.anything()),
      action: fc.oneof(fc.constantFrom(...words), fc.anything()),
      index: fc.anything(),
      ids: fc.anything(),
      seconds: fc.anything(),
      paused: fc.anything(),
      restriction: fc.anything(),
      order: fc.anything(),
      port: fc.anything(),
      message: fc.anything(),
    },
    { requiredKeys: [] },
  ),
);

fuzz('messages of pages and of keepers', messages, 5000, (message) => {
  for (const guard of [isErrorPageRequest, isConnectionsPageRequest, isPanelState]) assert.equal(typeof guard(message), 'boolean');
  readState(message);
});
