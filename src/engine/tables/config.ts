import { setStores } from '../codecs';
import type { Stores } from '../database';
import { type JobSettings, loadSettings, type ProvenanceSettings, type Settings } from '../settings';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The settings of this process, which a program may change while it runs (`dj.config` of datajoint-python). */
class Config {
  private found: Settings | null = null;
  private ownJobs: Mutable<JobSettings> | null = null;
  private ownProvenance: Mutable<ProvenanceSettings> | null = null;
  private ownStores: Stores | null = null;
  private ownSafemode: boolean | null = null;
  private ownCreateTables: boolean | null = null;

  /** Read on first use from the environment and the settings files of the working folder. */
  get jobs(): Mutable<JobSettings> {
    this.ownJobs ??= { ...this.loaded.jobs };
    return this.ownJobs;
  }

  /** Whether rows of new Manual tables tell where they came from. */
  get provenance(): Mutable<ProvenanceSettings> {
    this.ownProvenance ??= { ...this.loaded.provenance };
    return this.ownProvenance;
  }

  /** The object stores from which `StoredObject.read()` reads. */
  get stores(): Stores {
    return this.ownStores ?? this.loaded.stores;
  }

  set stores(stores: Stores) {
    this.ownStores = stores;
  }

  /** Ask before rows or tables go, where there is somebody to ask. */
  get safemode(): boolean {
    return this.ownSafemode ?? this.loaded.safemode;
  }

  set safemode(asks: boolean) {
    this.ownSafemode = asks;
  }

  /** Tables that are not there are declared on first use. */
  get createTables(): boolean {
    return this.ownCreateTables ?? this.loaded.createTables;
  }

  set createTables(may: boolean) {
    this.ownCreateTables = may;
  }

  private get loaded(): Settings {
    this.found ??= loadSettings({ cwd: process.cwd(), env: process.env });
    return this.found;
  }
}

export const config = new Config();
setStores(() => config.stores);
