import { resolve } from 'node:path';
import type { StoreSpec, Stores } from '../database';
import type { Sources } from './sources';
import { isRecord, Values } from './values';

/**
 * The object stores: `DJ_STORES` (JSON) in place of `stores.*` of the file; secrets (`stores.main.location`) fill what
 * is missing. Sources: datajoint-python 2.3.2, settings.Config (`_update_from_flat_dict`, `_apply_stores_env`,
 * `_load_secrets`), and 0.14.9, where `stores` in the file holds the same. Only what tells where a store is gets read,
 * never the keys that open it. A relative location of a `file` store counts from the working folder, as in
 * both programs.
 * @throws DataJointError `usage` for a store whose settings have wrong types; one that is incomplete is refused on use.
 */
export function storesOf({ cwd, environment, file, secrets }: Sources): Stores {
  const fromEnvironment = environment.text('DJ_STORES') === undefined ? null : environment.object('DJ_STORES');
  const found =
    fromEnvironment === null ? storesInFile(file) : collect(fromEnvironment, [...fromEnvironment.entries()]);
  for (const [name, value] of secrets.entries()) {
    const [group, store = '', setting = ''] = name.split('.');
    if (group !== 'stores') continue;
    const settings = found.settings.get(store) ?? new Map<string, unknown>();
    if (!settings.has(setting)) settings.set(setting, value);
    found.settings.set(store, settings);
  }
  const named = [...found.settings].map(([name, settings]) =>
    storeSpec(name, new Values(found.source, prefixed(name, settings)), cwd),
  );
  return { default: found.default, named: new Map(named.map((store) => [store.name, store])) };
}

interface Found {
  readonly source: string;
  readonly default: string | null;
  readonly settings: Map<string, Map<string, unknown>>;
}

function storesInFile(file: Values): Found {
  const inside = [...file.entries()].filter(([name]) => name.startsWith('stores.'));
  return collect(
    file,
    inside.map(([name, value]) => [name.slice('stores.'.length), value]),
    'stores.',
  );
}

/** Stores by name: an object each, or one setting each (`main.location`). What else stands there names a default. */
function collect(values: Values, entries: readonly (readonly [string, unknown])[], prefix = ''): Found {
  const settings = new Map<string, Map<string, unknown>>();
  for (const [name, value] of entries) {
    const dot = name.indexOf('.');
    if (isRecord(value)) settings.set(name, new Map(Object.entries(value)));
    else if (dot > 0) {
      const store = settings.get(name.slice(0, dot)) ?? new Map<string, unknown>();
      settings.set(name.slice(0, dot), store.set(name.slice(dot + 1), value));
    }
  }
  return { source: values.source, default: values.text(`${prefix}default`) ?? null, settings };
}

function prefixed(name: string, settings: ReadonlyMap<string, unknown>): Map<string, unknown> {
  return new Map([...settings].map(([setting, value]) => [`stores.${name}.${setting}`, value]));
}

function storeSpec(name: string, values: Values, cwd: string): StoreSpec {
  const text = (setting: string): string | null => values.text(`stores.${name}.${setting}`) ?? null;
  const protocol = text('protocol')?.toLowerCase() ?? null;
  const location = text('location');
  const subfolding = values.other(`stores.${name}.subfolding`, 'a list of whole numbers', lengthsOf) ?? null;
  return {
    name,
    protocol,
    location: location !== null && protocol === 'file' ? resolve(cwd, location) : location,
    bucket: text('bucket') ?? text('container'),
    subfolding,
  };
}

function lengthsOf(value: unknown): number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const lengths = value.map((item: unknown) =>
    typeof item === 'number' && Number.isInteger(item) && item > 0 ? item : 0,
  );
  return lengths.includes(0) ? undefined : lengths;
}
