import { registeredTables, type TableBinding } from '../tables';
import { Ancestry } from './ancestry';
import type { Workplace } from './attempt';
import { watchMakes } from './watch';

/** What one worker needs before it makes keys of a table. */
export async function workplace(
  binding: TableBinding,
  work: Pick<Workplace, 'makeKwargs' | 'reserved' | 'signal'>,
): Promise<Workplace> {
  const { connection } = await binding.ready();
  await declareSiblings(binding);
  watchMakes();
  return { ...work, binding, connection, ancestry: await Ancestry.of(binding) };
}

/**
 * Declares the other tables of the schema, as datajoint-python does when a class is decorated: make() may use any of them,
 * and inside its transaction it would be too late. A mistake in one of them is reported when that table is used.
 */
async function declareSiblings(binding: TableBinding): Promise<void> {
  for (const sibling of registeredTables()) {
    if (sibling.schema === binding.schema && sibling.spec === null) await sibling.prepare().catch(() => undefined);
  }
}
