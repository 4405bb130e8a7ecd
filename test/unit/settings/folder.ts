import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'node:test';

/** A folder that is a project of its own, made anew for each test of the file that asks for it. */
export class ProjectFolder {
  root = '';

  constructor() {
    beforeEach(() => {
      this.root = realpathSync(mkdtempSync(join(tmpdir(), 'settings-')));
      mkdirSync(join(this.root, '.git'));
    });
    afterEach(() => rmSync(this.root, { recursive: true, force: true }));
  }

  /** Writes text, or an object as JSON, and makes the folders that lead there. */
  write(path: string, content: string | object): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), typeof content === 'string' ? content : JSON.stringify(content));
  }

  folder(path: string): string {
    mkdirSync(join(this.root, path), { recursive: true });
    return join(this.root, path);
  }
}
