import * as path from 'node:path';
import * as vscode from 'vscode';
import { linksIn } from './linkText';
import { localFile } from './local';
import type { Place } from './failedPlace';
import { reveal } from './reveal';

class PlaceLink extends vscode.TerminalLink {
  constructor(
    start: number,
    length: number,
    readonly place: Place,
  ) {
    super(start, length, 'Open the line');
  }
}

/** Makes `pipeline.ts:52` and the frames of a stack open the line, also when the terminal's folder is another one. */
export const terminalLinks: vscode.TerminalLinkProvider<PlaceLink> = {
  async provideTerminalLinks(context) {
    const links = linksIn(context.line).map(async (link) => {
      const file = await fileOf(link.file, context.terminal);
      return file === null ? null : new PlaceLink(link.start, link.length, { ...link, file });
    });
    return (await Promise.all(links)).filter((link) => link !== null);
  },
  handleTerminalLink(link) {
    return reveal(link.place);
  },
};

async function fileOf(file: string, terminal: vscode.Terminal): Promise<string | null> {
  const options = terminal.creationOptions;
  const given = 'cwd' in options ? options.cwd : undefined;
  const folder = terminal.shellIntegration?.cwd?.fsPath ?? (given instanceof vscode.Uri ? given.fsPath : given);
  const here = folder === undefined ? file : path.resolve(folder, file);
  return (await localFile(here)) ?? (await localFile(file));
}
