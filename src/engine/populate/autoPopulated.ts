import { type Condition, type KeyIn, type Query, type Queryable, type SecondaryIn } from '../algebra';
import { DataJointError } from '../errors';
import { JobQueue, keysToMake } from '../jobs';
import { bindingOf, config, Table, type TableQuery, TIER } from '../tables';
import { defaultKeySource } from './keySource';
import { currentMake } from './makeScope';
import type { PopulateOptions, PopulateResult } from './options';
import { populate } from './populate';
import { splitPopulateArguments } from './options';

const queues = new WeakMap<object, JobQueue>();

/**
 * The base of tables that compute themselves. A class gives `make(key)`, or the three parts `makeFetch`, `makeCompute`
 * and `makeInsert`.
 * Source: documents 000 and 002; datajoint-python 2.3.2, `autopopulate.AutoPopulate`.
 */
export abstract class AutoPopulated extends Table {
  /** The keys that are to be made: the join of the tables that the primary key refers to. Override it to make fewer. */
  static get keySource(): Query<object, object> {
    return defaultKeySource(bindingOf(this));
  }

  /** The table's job queue. */
  static get jobs(): JobQueue {
    const known = queues.get(this) ?? JobQueue.of(bindingOf(this), () => this.keySource, () => config.jobs, { asked: bindingOf(this).schema.jobLayout });
    queues.set(this, known);
    return known;
  }

  /**
   * Calls make() for each key of the key source that has no row yet.
   * @param args restrictions on the key source, then options
   * @returns how many keys were made, and for each that failed its key and message
   * @throws what make() threw, unless `suppressErrors`
   */
  static async populate(...args: readonly (Condition | PopulateOptions)[]): Promise<PopulateResult> {
    const { restrictions, options } = splitPopulateArguments(args);
    return await populate(this, restrictions, options);
  }

  /**
   * The oldest name of a reserved populate, on the schema-wide queue `schema.jobs`, whatever queue the table has.
   * Source: document 001.
   */
  static async parpopulate(...args: readonly (Condition | PopulateOptions)[]): Promise<PopulateResult> {
    const { restrictions, options } = splitPopulateArguments(args);
    return await populate(this, restrictions, { ...options, reserveJobs: true, layout: 'schema' });
  }

  /**
   * How many keys the key source has, and how many of them have no row yet: what populate() would make.
   * Source: datajoint-python 2.3.5, `AutoPopulate.progress`.
   * @throws DataJointError `query` for a key source that cannot be populated from
   */
  static async progress(...restrictions: readonly Condition[]): Promise<{ remaining: number; total: number }> {
    const { wanted, missing } = await keysToMake(bindingOf(this), this.keySource, restrictions);
    const total = await wanted.count();
    return { remaining: total === 0 ? 0 : await missing.count(), total };
  }

  /**
   * Inside make(): a table that this one depends on, however far, restricted to what belongs to the key that is made.
   * `await this.upstream(Session).fetch1('session_date')`. A table without a class is named: `'lab.Session'`.
   * Source: datajoint-python 2.3.2, `AutoPopulate.upstream`.
   * @throws DataJointError `not_allowed` outside make(), `query` for a table that this one does not depend on
   */
  upstream<Q extends Queryable>(ancestor: Q): TableQuery<KeyIn<Q>, SecondaryIn<Q>>;
  upstream(ancestor: string): TableQuery;
  upstream(ancestor: Queryable | string): TableQuery {
    const make = currentMake();
    if (make === null) {
      throw new DataJointError('not_allowed', `upstream of ${this.constructor.name} is only there inside make(): outside, restrict the tables yourself.`);
    }
    return make.ancestry.restricted(ancestor, make.key);
  }
}

/** Rows computed from rows of other tables. */
export abstract class Computed extends AutoPopulated {
  static override readonly [TIER] = 'computed';
}

/** Rows brought in from outside the database (files, instruments), one make() per key. */
export abstract class Imported extends AutoPopulated {
  static override readonly [TIER] = 'imported';
}

