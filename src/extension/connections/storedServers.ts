import { randomUUID } from 'node:crypto';
import type * as vscode from 'vscode';
import { ActionableError } from '../host';
import { addressOf, readServers, type ServerInput, type ServerSpec, specOf, type StoredServer } from './server';

const memory = 'servers';
const secretName = (id: string) => `server:${id}`;

/**
 * The servers that a person added. They are kept with the workspace, so that opening another folder does not log in to the
 * servers of this one; the passwords are kept where the editor keeps secrets, and nowhere else.
 */
export class StoredServers {
  constructor(
    private readonly workspaceState: vscode.Memento,
    private readonly secrets: vscode.SecretStorage,
  ) {}

  get all(): readonly StoredServer[] {
    return readServers(this.workspaceState.get(memory));
  }

  get(id: string): StoredServer | undefined {
    return this.all.find((server) => server.id === id);
  }

  async add(input: ServerInput): Promise<StoredServer> {
    return this.put(randomUUID(), input);
  }

  async put(id: string, { password, ...server }: ServerInput): Promise<StoredServer> {
    const stored = { id, ...server };
    await this.secrets.store(secretName(id), password);
    const known = this.all;
    const isNew = known.every((each) => each.id !== id);
    await this.workspaceState.update(memory, isNew ? [...known, stored] : known.map((each) => (each.id === id ? stored : each)));
    return stored;
  }

  async rename(id: string, name: string): Promise<void> {
    await this.workspaceState.update(memory, this.all.map((each) => (each.id === id ? { ...each, name } : each)));
  }

  async remove(id: string): Promise<void> {
    await this.workspaceState.update(memory, this.all.filter((each) => each.id !== id));
    await this.secrets.delete(secretName(id));
  }

  /** @throws ActionableError when the server or its password is not kept any more. */
  async input(id: string): Promise<ServerInput> {
    const server = this.get(id);
    if (server === undefined) throw new ActionableError('This connection has been removed.');
    const password = await this.secrets.get(secretName(id));
    if (password === undefined) {
      throw new ActionableError(`The password of ${addressOf(server)} is not kept on this machine: edit the connection to enter it.`);
    }
    return { ...server, password };
  }

  /** @throws ActionableError as `input` does. */
  async spec(id: string): Promise<ServerSpec> {
    return specOf(await this.input(id));
  }
}
