/** Where connections come from: the environment, a person, a folder that nobody trusts; and what a person may change. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { until } from '../harness/until';
import { builtVsix, type Workbench, withWorkbench } from '../harness/workbench';
import { djw, settings, slowPipeline, withFolder } from './folders';
import { type TestServer, withServer } from '../harness/server';
import { answer, answerServer } from './serverQuestions';

test('a server of the environment appears by itself; others stand beside it, are tested, renamed and edited', { timeout: 300_000 }, async () => {
  await withServer(async (server) => {
    const { host, port, user, password } = server;
    const env = { DJ_HOST: host, DJ_PORT: String(port), DJ_USER: user, DJ_PASS: password };
    await withFolder(slowPipeline, async (folder) => {
      await withWorkbench('settings', { vsix: await builtVsix(), folder, settings, env }, async (workbench) => {
        await workbench.openView('DataJoint');
        await runWithoutTrace(workbench, server);
        await addWithDiagnoses(workbench, server);
        await rename(workbench);
        await edit(workbench, server);
      });
    });
  });
});

const addressOf = ({ user, host, port }: TestServer) => `${user}@${host}:${String(port)}`;

/** Runs a pipeline file; when its task has ended, none of its sessions is left on the server. */
async function runWithoutTrace(workbench: Workbench, server: TestServer): Promise<void> {
  const found = workbench.treeItem('Pipelines', addressOf(server));
  await found.find();
  await found.menu('Test Connection');
  await workbench.notification(/answers in \d+ ms/);
  const before = await server.sessions();
  await found.menu('Run a Pipeline File');
  await workbench.terminalShows(/2 samples/, 60_000);
  await workbench.treeItem('Pipelines', addressOf(server), 'slow', 'Sample').shows(/2 rows/);
  await until('the task has ended', async () => (await workbench.page.locator('.terminal-tabs-entry, .single-terminal-tab').first().locator('.codicon-check').count()) > 0);
  assert.equal(await server.sessions(), before);
}

/** Every mistake gets its own sentence, and a way back to the questions. */
async function addWithDiagnoses(workbench: Workbench, server: TestServer): Promise<void> {
  const { host, port, user, password } = server;
  const good = { host, port: String(port), user, password, tls: 'Preferred', name: 'second' };
  const mistakes: [Partial<typeof good>, RegExp][] = [
    [{ host: 'no-such-host.invalid' }, /^The host no-such-host\.invalid is unknown: check its name and the network\.$/],
    [{ tls: 'Required' }, /^The server 127\.0\.0\.1:\d+ has no TLS: turn TLS off, or let its administrator set it up\.$/],
    [{ password: 'wrong' }, /^The server 127\.0\.0\.1:\d+ refuses the login of root: check user and password, and that the account may come from this host\.$/],
  ];
  await workbench.runCommand('DataJoint: Add Connection…');
  for (const [mistake, sentence] of mistakes) {
    await answerServer(workbench, { ...good, ...mistake });
    await workbench.notification(sentence, 'Edit…');
  }
  await answerServer(workbench, good);
  await workbench.treeItem('Pipelines', 'second', 'slow', 'Sample').shows(/2 rows/);
  await workbench.treeItem('Pipelines', addressOf(server), 'slow', 'Sample').shows(/2 rows/);
  await workbench.screenshot('settings-1-side-by-side');
}

async function rename(workbench: Workbench): Promise<void> {
  await workbench.treeItem('Pipelines', 'second').menu('Rename Connection…');
  await answer(workbench, /Name of the connection/, 'rig 2');
  await workbench.treeItem('Pipelines', 'rig 2', 'slow', 'Sample').shows(/2 rows/);
  await workbench.treeItem('Pipelines', 'second').gone();
}

/** A mistake while editing leaves the connection where it can be edited again, and the others as they were. */
async function edit(workbench: Workbench, server: TestServer): Promise<void> {
  await workbench.treeItem('Pipelines', 'rig 2').menu('Edit Connection…');
  await answerServer(workbench, { host: null, port: '9', user: null, password: '', tls: 'Preferred', name: null });
  await workbench.treeItem('Pipelines', 'rig 2', /^Nothing listens at 127\.0\.0\.1:9: check host and port, and that the server runs\.$/).find();
  await workbench.treeItem('Pipelines', addressOf(server), 'slow', 'Sample').shows(/2 rows/);
  await workbench.treeItem('Pipelines', 'rig 2').menu('Test Connection');
  await workbench.notification(/^Nothing listens at 127\.0\.0\.1:9/, 'Edit…');
  await answerServer(workbench, { host: null, port: String(server.port), user: null, password: '', tls: 'Preferred', name: null });
  await workbench.treeItem('Pipelines', 'rig 2', 'slow', 'Sample').shows(/2 rows/);
}

test('a workspace that is not trusted is browsed: nothing of it runs, and no server that it names is contacted', { timeout: 240_000 }, async () => {
  const contacts: unknown[] = [];
  const stranger = createServer((socket) => contacts.push(socket.destroy())).listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  const { port } = stranger.address() as AddressInfo;
  try {
    await withFolder(slowPipeline, async (folder) => {
      await djw(folder, 'run', 'insert.ts');
      await withWorkbench('untrusted', { vsix: await builtVsix(), folder, settings, untrusted: true }, async (workbench) => {
        await workbench.openView('DataJoint');
        await workbench.treeItem('Pipelines', 'embedded', 'slow', 'Sample').shows(/2 rows/);
        const simulation = workbench.treeItem('Pipelines', 'embedded', 'slow', 'Simulation');
        await simulation.press('Populate');
        await workbench.notification(/^This workspace is not trusted, so its pipelines cannot be run\.$/);
        await workbench.screenshot('settings-2-untrusted');
        await simulation.shows(/not declared yet/);
        assert.equal(await workbench.page.locator('.terminal-wrapper').count(), 0);

        const config = { 'database.host': '127.0.0.1', 'database.port': port, 'database.user': 'me', 'database.password': 'secret' };
        await writeFile(path.join(folder, 'datajoint.json'), JSON.stringify(config));
        const named = workbench.treeItem('Pipelines', path.basename(folder), /^The settings of this folder name the server me@127\.0\.0\.1/);
        await named.shows(/which is not contacted before you trust the workspace/, 30_000);
        await workbench.screenshot('settings-3-untrusted-server');
        assert.deepEqual(contacts, []);
      });
    });
  } finally {
    stranger.close();
  }
});
