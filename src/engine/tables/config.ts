import { setStores } from '../codecs';
import type { Stores } from '../database';
import { type JobSettings, loadSettings, type Settings } from '../settings';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The settings of this process, which a program may change while it runs (`dj.config` of datajoint-python). */
class Config {
  private found: Settings | null = null;
  private ownJobs: Mutable<JobSettings> | null = null;
  private ownStores: Stores | null = null;

  /** Read on first use from the environment and the settings files of the working folder. */
  get jobs(): Mutable<JobSettings> {
    this.ownJobs ??= { ...this.loaded.jobs };
    return this.ownJobs;
  }

  /** The object stores from which `StoredObject.read()` reads. */
  get stores(): Stores {
    return this.ownStores ?? this.loaded.stores;
  }

  set stores(stores: Stores) {
    this.ownStores = stores;
  }

  private get loaded(): Settings {
    this.found ??= loadSettings({ cwd: process.cwd(), env: process.env });
    return this.found;
  }
}

export const config = new Config();
setStores(() => config.stores);
