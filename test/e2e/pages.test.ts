/** The pages on their own, in a browser with the editor's policy, on input that no editor would send twice. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { ConnectionsPage, ErrorPage, SessionRow } from '../../src/protocol';
import { until } from '../harness/until';

const dist = path.resolve(__dirname, '../../dist/webview');
const nonce = 'thenonce';

const html = (name: string) => `<!DOCTYPE html><html><head>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self' 'nonce-${nonce}'; font-src 'self'; script-src 'nonce-${nonce}'">
<meta property="csp-nonce" content="${nonce}"><link rel="stylesheet" href="/codicon.css"><link rel="stylesheet" href="/${name}.css"></head>
<body><main id="page"></main><script nonce="${nonce}" src="/editor.js"></script><script nonce="${nonce}" src="/${name}.js"></script></body></html>`;

/** Stands where the editor stands: keeps what the page posts. */
const editor = `
window.posted = [];
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.blockedURI + ' ' + event.violatedDirective));
window.acquireVsCodeApi = () => ({ postMessage: (message) => window.posted.push(message), setState: (state) => { window.state = state; } });
`;

const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };

const server = createServer((request, response) => {
  const name = (request.url ?? '/').slice(1).split('?')[0] ?? '';
  if (name === 'editor.js') return void response.setHeader('content-type', 'text/javascript').end(editor);
  if (/^\w+Page$/.test(name)) return void response.setHeader('content-type', 'text/html').end(html(name));
  readFile(path.join(dist, path.basename(name))).then(
    (content) => response.setHeader('content-type', types[path.extname(name)] ?? 'text/plain').end(content),
    () => response.writeHead(404).end(),
  );
});
let browser: Browser;
let address = '';

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const executablePath = process.env['DJW_CHROMIUM'] ?? '/usr/bin/chromium';
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
});

after(async () => {
  await browser.close();
  server.close();
});

async function open(name: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1100, height: 700 } });
  await page.goto(`${address}/${name}`);
  await until('ready', async () => (await posted(page)).some(({ type }) => type === 'ready'));
  return page;
}

interface Posted {
  readonly type: string;
  readonly [field: string]: unknown;
}

function posted(page: Page): Promise<Posted[]> {
  return page.evaluate('window.posted');
}

async function send(page: Page, message: unknown): Promise<void> {
  await page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`);
}

const failed: ErrorPage = {
  table: 'Trace',
  key: 'subject_id "c3", session_idx 3',
  status: 'error',
  since: 0,
  note: '',
  message: 'RangeError: gain is zero',
  stack: [],
  omitted: 0,
  facts: ['host vm'],
  same: ['subject "b2", session 5'],
  blocked: '',
};

const show = (page: unknown) => ({ type: 'show', state: { connection: 'file:///x' }, page });

test('text from a database is never markup, and nothing breaks the policy', async () => {
  const page = await open('errorPage');
  const evil = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
  const frame = { functionName: evil, location: evil, kind: 'yours' as const, openable: true, source: [{ number: 1, text: evil, failing: true }] };
  await send(page, show({
    ...failed, table: evil, key: evil, message: evil, note: evil, facts: [evil], same: [evil], blocked: evil,
    stack: [{ type: 'text', text: evil }, { type: 'frame', frame }],
  }));
  await page.locator('.message', { hasText: evil }).waitFor();
  assert.equal(await page.locator('#page img, #page script').count(), 0);
  assert.equal(await page.evaluate('window.hacked'), undefined);
  assert.deepEqual(await page.evaluate('window.violations'), []);
  assert.deepEqual(await page.evaluate('window.state'), { connection: 'file:///x' });
});

test('a message of another form is dropped', async () => {
  const page = await open('errorPage');
  await send(page, show({ ...failed, message: 'good' }));
  await page.locator('.message', { hasText: 'good' }).waitFor();
  for (const bad of [null, 'text', { type: 'show' }, show({ ...failed, message: 7 }), show({ ...failed, stack: [{ type: 'frame' }] })]) {
    await send(page, bad);
  }
  await send(page, show({ ...failed, message: 'better' }));
  await page.locator('.message', { hasText: 'better' }).waitFor();
});

test('the buttons fit the status, and every action and frame reaches the editor', async () => {
  const page = await open('errorPage');
  const frame = { functionName: 'Trace.make', location: 'pipeline.ts:70:27', kind: 'yours' as const, openable: true, source: [] };
  const inner = { ...frame, functionName: 'populate', kind: 'engine' as const };
  await send(page, show({ ...failed, stack: [{ type: 'frame', frame }, { type: 'frame', frame: inner }, { type: 'frame', frame: inner }] }));
  await page.getByText('pipeline.ts:70:27').first().click();
  await page.getByText('2 frames inside the engine').click();
  await page.locator('details button.link').nth(1).click();
  await page.getByText('subject "b2", session 5').click();
  for (const label of ['Go to make()', 'Retry', 'Retry all 2', 'Ignore', 'Clear', 'Copy key', 'Copy report', 'Open as text']) {
    await page.locator(`vscode-button[aria-label="${label}"]`).click();
  }
  const requests = (await posted(page)).slice(1);
  assert.deepEqual(requests.slice(0, 3), [
    { type: 'openFrame', index: 0 },
    { type: 'openFrame', index: 2 },
    { type: 'openSame', index: 0 },
  ]);
  assert.deepEqual(
    requests.slice(3).map((request) => request['action']),
    ['goToMake', 'retry', 'retryAll', 'ignore', 'clear', 'copyKey', 'copyReport', 'openAsText'],
  );
  await send(page, show({ ...failed, status: 'reserved', since: Date.now() }));
  await page.locator('.step.now', { hasText: 'running' }).waitFor();
  await page.locator('vscode-button[aria-label="Retry"][disabled]').waitFor();
});

test('a stack of 20,000 lines is drawn, and an update leaves the focus where it is', async () => {
  const page = await open('errorPage');
  const stack = Array.from({ length: 20_000 }, (_, index) => ({ type: 'text', text: `line ${String(index)} ${'x'.repeat(40)}` }));
  await send(page, show({ ...failed, stack }));
  await page.getByText('line 19999 ').waitFor();
  await page.locator('vscode-button[aria-label="Retry"]').focus();
  await send(page, show({ ...failed, stack, note: 'pipeline.ts was edited after this error.' }));
  await page.getByText('was edited after this error').waitFor();
  assert.equal(await page.evaluate('document.activeElement.getAttribute("aria-label")'), 'Retry');
});

const row = (id: number): SessionRow => ({
  id,
  user: 'chris',
  host: 'vm',
  db: '',
  command: 'Sleep',
  time: id,
  state: '',
  info: '',
  pid: 1000 + id,
  own: id === 1,
  running: id === 3 ? ['Trace · subject "c3", session 4'] : [],
  waitsFor: id === 4 ? [3] : [],
});

const sessions = (count: number): ConnectionsPage => ({
  database: 'embedded · .datajoint/embedded.db',
  rows: Array.from({ length: count }, (_, index) => row(index + 1)),
  takenAt: 0,
  interval: 2,
  paused: false,
  problem: '',
  restriction: '',
  order: '',
  filterProblem: '',
  complete: true,
  lockWaitsKnown: true,
});

test('5,000 sessions cost as few rows as are in sight, and the keyboard reaches them all', async () => {
  const page = await open('connectionsPage');
  await send(page, show(sessions(5000)));
  await page.getByText('5000 sessions').waitFor();
  assert.ok((await page.locator('.row').count()) < 60);
  assert.equal(await page.locator('[role=grid]').getAttribute('aria-rowcount'), '5001');
  await page.locator('.row[aria-rowindex="2"]').focus();
  await page.keyboard.press('End');
  await until('the last row has the focus', async () => (await page.evaluate('document.activeElement.innerText') as string).startsWith('5000'));
  await page.keyboard.press('Space');
  await page.getByText('Kill 1 selected…').waitFor();
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.getByText('Kill 2 selected…').click();
  assert.deepEqual((await posted(page)).at(-1), { type: 'kill', ids: [5000, 2] });
  await page.locator('.row[aria-rowindex="2"]').focus();
  await page.keyboard.press('Control+a');
  await page.getByText('Kill 4999 selected…').waitFor();
});

test('the selection survives a refresh; a session that is gone fades and is no longer selected', async () => {
  const page = await open('connectionsPage');
  await send(page, show(sessions(4)));
  await page.locator('.row', { hasText: '1003' }).locator('vscode-checkbox').click();
  await page.locator('.row', { hasText: '1004' }).locator('vscode-checkbox').click();
  await page.getByText('Kill 2 selected…').waitFor();
  await send(page, show({ ...sessions(4), takenAt: 1000 }));
  await page.getByText('Kill 2 selected…').waitFor();
  await send(page, show(sessions(3)));
  await page.locator('.row.gone', { hasText: '1004' }).waitFor();
  await page.getByText('Kill 1 selected…').waitFor();
  await page.locator('.row', { hasText: '1004' }).waitFor({ state: 'detached' });
  assert.deepEqual(await page.evaluate('window.violations'), []);
});

test('the interval and the pause reach the editor', async () => {
  const page = await open('connectionsPage');
  await send(page, show(sessions(2)));
  await page.locator('vscode-dropdown').click();
  await page.locator('vscode-option', { hasText: 'every 10 s' }).click();
  await page.locator('vscode-button[title="Pause"]').click();
  await until('both requests', async () => (await posted(page)).length >= 3);
  assert.deepEqual((await posted(page)).slice(1), [
    { type: 'interval', seconds: 10 },
    { type: 'pause', paused: true },
  ]);
  await send(page, show({ ...sessions(2), paused: true, problem: 'The database is locked.' }));
  await page.getByText('2 sessions · paused at').waitFor();
  await page.locator('.banner', { hasText: 'The database is locked.' }).waitFor();
});

test('a restriction and an order reach the editor, a wrong one is said to be so, and who waits for whom is shown', async () => {
  const page = await open('connectionsPage');
  await send(page, show(sessions(4)));
  await page.locator('.row', { hasText: '1004' }).getByText('3', { exact: true }).waitFor();
  await page.locator('vscode-text-field.restriction input').fill('TIME > 600');
  await page.keyboard.press('Enter');
  await page.locator('vscode-text-field[aria-label="Order"] input').fill('TIME desc');
  await page.keyboard.press('Enter');
  await until('both requests', async () => (await posted(page)).length >= 3);
  assert.deepEqual((await posted(page)).slice(1), [
    { type: 'filter', restriction: 'TIME > 600', order: '' },
    { type: 'filter', restriction: 'TIME > 600', order: 'TIME desc' },
  ]);
  const problem = 'There is no column AGE: use ID, USER, HOST, DB, COMMAND, TIME, STATE, INFO (position 1).';
  await send(page, show({ ...sessions(2), restriction: 'TIME > 600', order: 'TIME desc', filterProblem: problem, complete: false, lockWaitsKnown: false }));
  await page.locator('.filter-problem', { hasText: 'There is no column AGE' }).waitFor();
  await page.locator('vscode-text-field.restriction.invalid').waitFor();
  await page.getByText('lacks the privilege PROCESS').waitFor();
  await page.getByText('who waits for a lock is not known').waitFor();
});
