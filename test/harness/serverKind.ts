/** What is known of the server that tests run on without starting it. */
import { serverNamed, usualServers } from './servers/catalogue.mjs';
import { titleOf } from './servers/ensure.mjs';

/** The kind of server that tests start: DJW_TEST_SERVER names it. */
export const serverKind = serverNamed(process.env['DJW_TEST_SERVER'] ?? usualServers[0] ?? '');

/** Whether the tests run on another server already: what is no matter of the server is left to that run, and some runs are shorter. */
export const isFurtherServer = process.env['DJW_TEST_SERVER_IS_FURTHER'] === '1';

/** Its name for people, like `MySQL 9.7`. */
export const serverTitle = titleOf(serverKind.name);

/** Its product, where servers behave differently. */
export const serverProduct = serverKind.product;

/**
 * Options under which characters are compared exactly, as the embedded database does: in DataJoint's own server images
 * collations are binary too, and with one that pads, the keys '' and ' ' would be the same.
 */
export const exactCharacters = [
  '--character-set-server=utf8mb4',
  `--collation-server=${serverKind.product === 'mysql' ? 'utf8mb4_0900_bin' : 'utf8mb4_nopad_bin'}`,
];

/** Options of a server that offers no TLS. */
export const withoutTls = [serverKind.product === 'mysql' ? '--tls-version=' : '--skip-ssl'];

/** Whether REPLACE changes a row that is there, as newer MySQL does, where others delete it and enter another. */
export const replacesInPlace = serverKind.product === 'mysql' && Number(/\d+/.exec(serverTitle)?.[0]) >= 9;
