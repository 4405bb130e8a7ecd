import { type JobSettings, loadSettings } from '../settings';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The settings of this process, which a program may change while it runs (`dj.config` of datajoint-python). */
class Config {
  private loaded: Mutable<JobSettings> | null = null;

  /** Read on first use from the environment and the settings files of the working folder. */
  get jobs(): Mutable<JobSettings> {
    this.loaded ??= { ...loadSettings({ cwd: process.cwd(), env: process.env }).jobs };
    return this.loaded;
  }
}

export const config = new Config();
