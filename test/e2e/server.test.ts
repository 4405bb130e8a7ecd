/** Servers in the workbench: added by a person or named by a folder, lost and found again, disconnected. */
import assert from 'node:assert/strict';
import { cp, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { until } from '../harness/until';
import { builtVsix, type Workbench, withWorkbench } from '../harness/workbench';
import { settings, slowPipeline, withFolder } from './folders';
import { type TestServer, withServer } from '../harness/server';
import { answer, answerServer } from './serverQuestions';

const demo = path.resolve(__dirname, '../../media/demo');

test('a server is added, its pipeline run and populated, lost and found again, disconnected', { timeout: 420_000 }, async () => {
  await withServer(async (server) => {
    await withFolder({}, async (folder) => {
      await cp(demo, folder, { recursive: true });
      await withWorkbench('server', { vsix: await builtVsix(), folder, settings }, async (workbench) => {
        await workbench.openView('DataJoint');
        await addWithWrongPassword(workbench, server);
        await runPipeline(workbench, folder, server);
        await populate(workbench);
        await loseAndFind(workbench, server);
        await disconnect(workbench, server);
      });
    });
  });
});

async function addWithWrongPassword(workbench: Workbench, server: TestServer): Promise<void> {
  await workbench.runCommand('DataJoint: Add Connection…');
  await answer(workbench, /Host of the MySQL/, `${server.host}:${String(server.port)}`);
  await answer(workbench, /Port/, '');
  await until('the port is refused', async () => (await workbench.quickInput.prompt()).includes('A whole number from 1 to 65535'));
  await workbench.answerInput(String(server.port));
  await answer(workbench, /User/, server.user);
  await answer(workbench, /Password of root/, 'wrong');
  await until('TLS is asked for', async () => (await workbench.quickInput.labels()).includes('Preferred'));
  await workbench.screenshot('server-1-tls');
  await workbench.pickQuick('Preferred');
  await answer(workbench, /Name of the connection/, 'lab');
  const sentence = await workbench.notification(/refuses the login of root: check user and password/);
  assert.doesNotMatch(sentence, /ER_|1045|wrong/);
  await workbench.screenshot('server-2-refused');

  await workbench.notification(/refuses the login of root/, 'Edit…');
  await answerServer(workbench, { host: null, port: null, user: null, password: server.password, tls: 'Preferred', name: null });
  await workbench.notification(/answers in \d+ ms/);
}

async function runPipeline(workbench: Workbench, folder: string, server: TestServer): Promise<void> {
  const lab = workbench.treeItem('Pipelines', 'lab');
  await lab.shows(new RegExp(`root@127\\.0\\.0\\.1:${String(server.port)}`));
  await workbench.treeItem('Pipelines', 'lab', 'ephys', 'Trace').shows(/not declared yet/);
  await lab.menu('Run a Pipeline File');
  await workbench.terminalShows(/24 sessions/, 60_000);
  await workbench.treeItem('Pipelines', 'lab', 'ephys', 'Session').shows(/24 rows/);
  assert.equal(await server.sql('SELECT COUNT(*) FROM ephys.session'), '24');
  assert.ok(!(await readdir(folder)).includes('.datajoint'), 'nothing was written to an embedded database');
}

async function populate(workbench: Workbench): Promise<void> {
  const trace = workbench.treeItem('Pipelines', 'lab', 'ephys', 'Trace');
  await trace.press('Populate');
  await workbench.terminalShows(/21 computed, 3 errors/, 120_000);
  assert.doesNotMatch(await workbench.terminalText(), /simple/);
  await trace.shows(/21\/24 · 3 errors/);
  await workbench.screenshot('server-3-populated');
  await workbench.treeItem('Errors', 'Trace', /gain is zero/, 'subject "c3", session 3').click();
  const page = await workbench.visibleWebview();
  await page.getByText('RangeError: gain is zero').first().waitFor();
  await page.locator('.source-line.failing', { hasText: 'throw new RangeError' }).waitFor();
  await workbench.screenshot('server-4-error');
  await page.getByText('Retry', { exact: true }).click();
  await workbench.terminalShows(/0 computed, 1 error/, 60_000);
  await trace.shows(/21\/24 · 3 errors/);
}

async function loseAndFind(workbench: Workbench, server: TestServer): Promise<void> {
  await server.crash();
  const problem = workbench.treeItem('Pipelines', 'lab', /^Nothing listens at 127\.0\.0\.1/);
  await problem.find(30_000);
  // The folder's own database is beside it, as usable as before.
  await workbench.treeItem('Pipelines', 'embedded').find();
  await workbench.screenshot('server-5-lost');
  await server.restart();
  await workbench.treeItem('Pipelines', 'lab', 'ephys', 'Trace').shows(/21\/24 · 3 errors/, 60_000);
}

async function disconnect(workbench: Workbench, server: TestServer): Promise<void> {
  const lab = workbench.treeItem('Pipelines', 'lab');
  assert.ok((await server.sessions()) > 0);
  await lab.menu('Disconnect');
  await lab.shows(/disconnected/);
  await until('no session is left', async () => (await server.sessions()) === 0);
  await workbench.screenshot('server-6-disconnected');
  // Neither a refresh nor an open error page connects again.
  await workbench.view('Pipelines').press('Refresh');
  await lab.shows(/disconnected/);
  assert.equal(await server.sessions(), 0);
  await lab.press('Connect');
  await workbench.treeItem('Pipelines', 'lab', 'ephys', 'Session').shows(/24 rows/);
  await lab.menu('Remove Connection');
  assert.match(await workbench.confirmDialog('Remove'), /Remove the connection lab\?/);
  await lab.gone();
  await until('no session is left', async () => (await server.sessions()) === 0);
}

test('a server that datajoint.json names appears by itself; a populate on the schema-wide queue that hangs is killed', { timeout: 300_000 }, async () => {
  await withServer(async (server) => {
    // An account with a schema of its own, and one that it may not read.
    await server.sql(`
      CREATE DATABASE secret;
      CREATE TABLE secret.thing (thing_id INT PRIMARY KEY);
      CREATE USER low@'127.0.0.1' IDENTIFIED BY 'low password';
      GRANT ALL ON slow.* TO low@'127.0.0.1';
      GRANT INSERT ON secret.* TO low@'127.0.0.1';
    `);
    const { host, port } = server;
    const [user, password] = ['low', 'low password'];
    const hangs = slowPipeline['pipeline.ts'].replace(/await new Promise.*;/, "if (key['sample_id'] === 1) await Sample.restrict('SLEEP(600) = 0').count();");
    const pipeline = hangs.replace("dj.schema('slow')", "dj.schema('slow', { jobs: 'schema' })");
    await withFolder({ ...slowPipeline, 'pipeline.ts': pipeline }, async (folder) => {
      await withWorkbench('found', { vsix: await builtVsix(), folder, settings }, async (workbench) => {
        await workbench.openView('DataJoint');
        const config = { 'database.host': host, 'database.port': port, 'database.user': user, 'database.password': password };
        await writeFile(path.join(folder, 'datajoint.json'), JSON.stringify(config));
        const found = workbench.treeItem('Pipelines', `${user}@${host}:${String(port)}`);
        await found.find(30_000);
        const secret = ['Pipelines', `${user}@${host}:${String(port)}`, 'secret'] as const;
        await workbench.treeItem(...secret).shows(/1 problem/);
        await workbench.treeItem(...secret, 'Thing').shows(/lacks a privilege \(select on secret\.thing\)/);
        await found.menu('Run a Pipeline File');
        const simulation = workbench.treeItem('Pipelines', `${user}@${host}:${String(port)}`, 'slow', 'Simulation');
        await workbench.terminalShows(/2 samples/, 60_000);
        await workbench.treeItem('Pipelines', `${user}@${host}:${String(port)}`, 'slow', 'Sample').shows(/2 rows/);
        await simulation.press('Populate');
        await simulation.shows(/0\/2 · 1 running · ~jobs/, 60_000);
        await found.press('Show Connections');
        const page = await workbench.visibleWebview();
        await page.locator('.row.busy').getByText('Simulation · sample 1').waitFor();
        const restriction = page.locator('vscode-text-field.restriction input');
        await restriction.fill('TIME > 3 OR AGE > 3');
        await restriction.press('Enter');
        await page.locator('.filter-problem', { hasText: 'There is no column AGE' }).waitFor();
        await restriction.fill("INFO LIKE '%SLEEP(600)%' AND NOT INFO LIKE '%PROCESSLIST%'");
        await restriction.press('Enter');
        await page.getByText('1 session ·').waitFor();
        const hanging = page.locator('.row', { hasText: 'SLEEP(600)' });
        await hanging.locator('vscode-checkbox').click();
        await page.locator('.row.selected').waitFor();
        await workbench.screenshot('server-7-connections');
        await page.getByText('Kill 1 selected…').click();
        assert.match(await workbench.confirmDialog('Kill'), /Kill session \d+ \(low/);
        await workbench.notification(/1 session killed/);
        await workbench.terminalShows(/1 computed, 1 error/, 60_000);
        await simulation.shows(/1\/2 · 1 error · ~jobs/);
        await workbench.screenshot('server-8-killed');
      });
    });
  });
});
