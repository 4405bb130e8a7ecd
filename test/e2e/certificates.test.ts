/** A server with TLS: what is checked of it, what is not and is said to be not, and a mistake in what it is checked with. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { makeCertificate } from '../../src/localServer/certificate';
import { startServer } from '../harness/server';
import { builtVsix, withWorkbench } from '../harness/workbench';
import { settings, slowPipeline, withFolder } from './folders';
import { answer, answerServer } from './serverQuestions';

test('the certificate of a server is checked where a person names an authority, and else the tree says that nothing is', { timeout: 240_000 }, async () => {
  const certificates = await mkdtemp(path.join(tmpdir(), 'certificates-'));
  const file = (name: string): string => path.join(certificates, name);
  const own = makeCertificate();
  await writeFile(file('own.pem'), own.certificate);
  await writeFile(file('own.key'), own.key);
  await writeFile(file('stranger.pem'), makeCertificate().certificate);
  const server = await startServer([`--ssl-cert=${file('own.pem')}`, `--ssl-key=${file('own.key')}`]);
  const { host, port, user, password } = server;
  try {
    await withFolder(slowPipeline, async (folder) => {
      await withWorkbench('certificates', { vsix: await builtVsix(), folder, settings }, async (workbench) => {
        await workbench.openView('DataJoint');
        const answers = { host, port: String(port), user, password, tls: 'Verify Identity', name: 'checked' };
        await workbench.runCommand('DataJoint: Add Connection…');
        await answerServer(workbench, { ...answers, authority: file('stranger.pem') });
        await workbench.notification(/agree on no TLS connection .*check the certificates in database\.use_tls or database\.tls_ca, and that this is the server\.$/, 'Edit…');
        await answerServer(workbench, { ...answers, authority: file('own.pem') });
        await workbench.notification(/The connection is encrypted, and the server's certificate is checked\./);
        await workbench.treeItem('Pipelines', 'checked', 'slow', 'Sample').shows(/not declared yet/);
        await workbench.runCommand('DataJoint: Add Connection…');
        await answerServer(workbench, { ...answers, tls: 'Required', name: 'unchecked' });
        await workbench.notification(/The connection is encrypted; nothing has checked which server answers\./);
        await workbench.treeItem('Pipelines', 'unchecked').shows(/unchecked {2}encrypted, not checked · root@/);
        await workbench.screenshot('certificates-1-side-by-side');

        await workbench.treeItem('Pipelines', 'checked').menu('Edit Connection…');
        for (const question of [/Host of the MySQL/, /Port/, /User/]) await answer(workbench, question, null);
        await answer(workbench, /Password of/, '');
        await workbench.screenshot('certificates-2-modes');
        await workbench.pickQuick('Verify CA');
        await answer(workbench, /Certificate of the authority/, 'own.pem');
        await workbench.screenshot('certificates-3-authority');
      });
    });
  } finally {
    await server.stop();
    await rm(certificates, { recursive: true });
  }
});
