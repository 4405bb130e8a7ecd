/** What went wrong while a pipeline file was running, as one sentence with the place. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DataJointError, messageOf } from '../../engine';
import { parseStack } from '../stack';

/** @param file absolute path of the file that was being run */
export async function loadError(file: string, thrown: unknown): Promise<DataJointError> {
  const syntax = syntaxError(thrown);
  if (syntax !== null) return new DataJointError('pipeline', `${syntax.place}: ${syntax.message}.`, { cause: thrown });
  const missing = await missingImport(file, thrown);
  if (missing !== null) return new DataJointError('pipeline', missing, { cause: thrown });
  const place = placeOf(file, thrown);
  if (thrown instanceof DataJointError)
    return new DataJointError(thrown.code, `${place}: ${thrown.message}`, { cause: thrown });
  const name = thrown instanceof Error ? `${thrown.name}: ` : 'threw ';
  return new DataJointError('pipeline', `${place}: ${name}${messageOf(thrown)}`, { cause: thrown });
}

/** The compiler's message holds the place in its last line: `ParseError: Unexpected token \n /lab/pipeline.ts:2:9`. */
function syntaxError(thrown: unknown): { message: string; place: string } | null {
  const found = /^(?:ParseError|SyntaxError): ([^]*?)\s*\n\s*(\S.*):(\d+):(\d+)\s*$/.exec(messageOf(thrown));
  if (found === null) return null;
  const [, message = '', where = '', line = '', column = ''] = found;
  return { message: message.trim().replace(/\.$/, ''), place: `${nearPath(where)}:${line}:${Number(column) + 1}` };
}

async function missingImport(file: string, thrown: unknown): Promise<string | null> {
  if (
    !(thrown instanceof Error) ||
    !['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes(String(Reflect.get(thrown, 'code')))
  )
    return null;
  const module = /Cannot find (?:module|package) '([^']+)'/.exec(thrown.message)?.[1];
  if (module === undefined) return null;
  const stack: unknown = Reflect.get(thrown, 'requireStack');
  const importer = Array.isArray(stack) && typeof stack[0] === 'string' ? stack[0] : file;
  const line = await lineOf(importer, module);
  const advice = /^[./]/.test(module) ? 'check the path' : 'install it beside the pipeline';
  return `${nearPath(importer)}${line === null ? '' : `:${line}`}: "${module}" cannot be found: ${advice}.`;
}

/** The line that names a module, from 1: the loader's own frames do not tell it. */
async function lineOf(file: string, module: string): Promise<number | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const index = text.split('\n').findIndex((line) => line.includes(`'${module}'`) || line.includes(`"${module}"`));
  return index === -1 ? null : index + 1;
}

/** The innermost place in the sources of the pipeline's own folder, else the file as a whole. */
function placeOf(file: string, thrown: unknown): string {
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  const context = { workspaceFolders: [path.dirname(file), process.cwd()], engineFolders: [__dirname] };
  const own = parseStack(stack, context).find((frame) => frame.kind === 'yours' && frame.line !== null);
  if (own === undefined || own.file === null) return nearPath(file);
  // Without the column: the loader keeps lines as they are, but not columns.
  return `${nearPath(own.file)}:${own.line ?? 1}`;
}

/** Relative to the working folder for files in it: short, and a link in an editor's terminal. */
function nearPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}
