/** The names in ids.ts and in package.json are the same, in both directions. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { commands, container, contextKeys, nodes, panels, pipelineLanguages, settings, taskType, views } from '../../../src/extension/ids';

interface MenuItem {
  readonly command?: string;
  readonly when?: string;
}

interface Manifest {
  readonly icon: string;
  readonly activationEvents: string[];
  readonly contributes: {
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string; readonly icon: string }[] };
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string; readonly when: string; readonly contents: string }[];
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly taskDefinitions: readonly { readonly type: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
    readonly walkthroughs?: readonly {
      readonly steps: readonly { readonly description: string; readonly media: Readonly<Record<string, string>> }[];
    }[];
  };
}

const root = path.resolve(__dirname, '../../..');
const { icon, activationEvents, contributes } = JSON.parse(
  readFileSync(path.join(root, 'package.json'), 'utf8'),
) as Manifest;

const declaredCommands = Object.values(commands).sort();
const ownNames = (text: string) => text.match(/datajoint\.\w+(?:\.\w+)*/g) ?? [];

/** Every value that a node's contextValue can take. */
const contextValues: readonly string[] = Object.values(nodes).flatMap((value) => (typeof value === 'string' ? [value] : Object.values(value)));

test('every command of the code is in the manifest, and the other way round', () => {
  assert.deepEqual(contributes.commands.map(({ command }) => command).sort(), declaredCommands);
  for (const { title, category } of contributes.commands) {
    assert.equal(category, 'DataJoint');
    assert.notEqual(title, '');
  }
});

test('views, container and task type agree', () => {
  assert.deepEqual(Object.keys(contributes.views), [container]);
  assert.deepEqual(contributes.viewsContainers.activitybar.map(({ id }) => id), [container]);
  assert.deepEqual(contributes.views[container]?.map(({ id }) => id).sort(), Object.values(views).sort());
  assert.deepEqual(contributes.taskDefinitions.map(({ type }) => type), [taskType]);
});

test('every setting of the code is in the manifest, and the other way round', () => {
  assert.deepEqual(Object.keys(contributes.configuration.properties).sort(), Object.values(settings).sort());
});

test('panels, lenses and a local server that runs start the extension: they have their activation events', () => {
  const expected = ['workspaceContains:.datajoint/server/server.json', ...Object.values(panels).map((panel) => `onWebviewPanel:${panel}`), ...pipelineLanguages.map((language) => `onLanguage:${language}`)];
  assert.deepEqual([...activationEvents].sort(), expected.sort());
});

test('menus name commands that exist and rows that the trees make', () => {
  for (const items of Object.values(contributes.menus)) {
    for (const { command = '', when = '' } of items) {
      assert.ok((declaredCommands as string[]).includes(command), command);
      const plain = /viewItem == ([\w.]+)/.exec(when)?.[1];
      if (plain !== undefined) assert.ok(contextValues.includes(plain), when);
      const pattern = /viewItem =~ \/(.+?)\/(?: |$)/.exec(when)?.[1];
      if (pattern !== undefined) assert.ok(contextValues.some((value) => new RegExp(pattern).test(value)), when);
    }
  }
});

test('conditions use only context keys and views of the code', () => {
  const known: string[] = [...Object.values(contextKeys), ...Object.values(views)];
  const conditions = [
    ...contributes.viewsWelcome.map(({ when }) => when),
    ...Object.values(contributes.menus).flatMap((items) => items.map(({ when = '' }) => when.replaceAll(/viewItem \S+ \S+/g, ''))),
  ];
  for (const condition of conditions) for (const name of ownNames(condition)) assert.ok(known.includes(name), `${name} in ${condition}`);
  for (const key of Object.values(contextKeys)) assert.ok(conditions.some((condition) => condition.includes(key)), key);
});

test('texts link to commands that exist', () => {
  const texts = [
    ...contributes.viewsWelcome.map(({ contents }) => contents),
    ...(contributes.walkthroughs ?? []).flatMap(({ steps }) => steps.map(({ description }) => description)),
  ];
  const linked = texts.flatMap((text) => [...text.matchAll(/\(command:([\w.]+)\)/g)].map((match) => match[1] ?? ''));
  for (const command of linked) {
    assert.ok(/^(vscode|workbench)\./.test(command) || (declaredCommands as string[]).includes(command), command);
  }
  assert.ok(linked.length > 0);
});

test('pictures that the manifest and the trees name exist', () => {
  const tiers = ['manual', 'lookup', 'imported', 'computed', 'part', 'error', 'connections'];
  const files = [
    icon,
    ...contributes.viewsContainers.activitybar.map((each) => each.icon),
    ...tiers.flatMap((tier) => [`media/icons/${tier}-light.svg`, `media/icons/${tier}-dark.svg`]),
    ...(contributes.walkthroughs ?? []).flatMap(({ steps }) => steps.flatMap(({ media }) => [media['svg'] ?? media['image'] ?? ''])),
  ];
  for (const file of files) assert.ok(existsSync(path.join(root, file)), file);
});
