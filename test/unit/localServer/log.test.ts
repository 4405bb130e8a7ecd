import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serverFiles } from '../../../src/localServer/files';
import { isPortTaken, lastError, lastLine, startProblem } from '../../../src/localServer/log';

const mariadb = `2026-11-22  5:05:25 0 [Note] InnoDB: Using io_uring
2026-11-22  5:05:25 0 [ERROR] InnoDB: Unsupported redo log format. The redo log was created before MariaDB 10.2.2.
2026-11-22  5:05:25 0 [Note] InnoDB: Starting shutdown...
2026-11-22  5:05:26 0 [ERROR] Plugin 'InnoDB' registration as a STORAGE ENGINE failed.
2026-11-22  5:05:26 0 [ERROR] Unknown/unsupported storage engine: InnoDB
2026-11-22  5:05:26 0 [ERROR] Aborting
`;
const mysql = '2026-11-22T05:05:25.123456Z 0 [ERROR] [MY-010119] [Server] Aborting\n2026-11-22T05:05:25.2Z 1 [ERROR] [MY-013183] [InnoDB] Assertion failure\n';

describe('the log of a local server', () => {
  it('says why by its last error, without time and thread, and not that the server gives up', () => {
    assert.equal(lastError(mariadb), 'InnoDB: Unsupported redo log format. The redo log was created before MariaDB 10.2.2.');
    assert.equal(lastError(mysql), 'Assertion failure');
    assert.equal(lastError('2026-11-22  5:05:25 0 [Note] ready\n'), '');
  });

  it('has a last line where it has no error', () => {
    assert.equal(lastLine('2026-11-22  5:05:25 0 [Note] one\n2026-11-22 15:05:25 0 [Note] two\n\n'), 'two');
    assert.equal(lastLine('docker: Error response from daemon: no such image.\n'), 'docker: Error response from daemon: no such image.');
    assert.equal(lastLine(''), '');
  });

  it('tells that the port was taken', () => {
    assert.ok(isPortTaken("[ERROR] Can't start server: Bind on TCP/IP port. Got error: 98: Address already in use"));
    assert.ok(isPortTaken('docker: Bind for 127.0.0.1:4000 failed: port is already allocated.'));
    assert.ok(!isPortTaken(mariadb));
  });

  it('becomes one sentence, and another one where the disk is full', () => {
    const files = serverFiles('/lab');
    assert.equal(startProblem(files, 'It did not start', mysql).message, `It did not start: Assertion failure. Its log, ${files.log}, says more.`);
    for (const text of ['OS errno 28 - No space left on device', "Disk is full writing './x' (Errcode: 28)", 'InnoDB: Error number 28 means']) {
      assert.equal(startProblem(files, 'It did not start', text).code, 'storage_full', text);
    }
    assert.equal(startProblem(files, 'It did not start', 'error 280').code, 'unreachable');
  });
});
