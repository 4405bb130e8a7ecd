/**
 * Imports that TypeScript drops. `import { Session } from './session'` is gone from the translated file when `Session` stands
 * only in a definition text, or only where a type stands. Here such a file is loaded nevertheless, after the statements of
 * the importing file, or before its first top-level `await`: whatever needs its tables awaits the database, and a file that
 * imports this one back finds all that this one exports.
 *
 * `import type`, and names marked with `type`, are dropped as TypeScript says.
 */

/** What this needs of Babel's tree. */
interface Node {
  readonly type: string;
  readonly start?: number | null;
  loc?: unknown;
  readonly [field: string]: unknown;
}

interface Program extends Node {
  body: Node[];
}

interface BabelFile {
  /** jiti names the file for its source map only. */
  readonly opts: { readonly sourceFileName?: string };
  readonly ast: { readonly program: Program };
}

interface BabelPlugin {
  readonly name: string;
  /** Runs before every transformation. */
  pre(file: BabelFile): void;
  /** Runs after them. */
  post(file: BabelFile): void;
}

/**
 * A plugin for the Babel that jiti runs.
 * @param hasCode whether a module of that name has code to run, seen from the file that is being translated
 */
export function keptImports(hasCode: (module: string, file: string) => boolean): (api: unknown, options: unknown, folder: string) => BabelPlugin {
  return () => {
    let kept = new Set<string>();
    let firstAwait = Infinity;
    return {
      name: 'kept-imports',
      pre({ ast: { program }, opts: { sourceFileName = '' } }): void {
        kept = new Set(program.body.filter(isValueImport).map(moduleOf));
        for (const module of kept) if (!hasCode(module, sourceFileName)) kept.delete(module);
        firstAwait = program.body.find(awaits)?.start ?? Infinity;
        // What is left of these after the translation is a statement of its own where nothing else imports the module.
        program.body.push(...[...kept].map(bareImport));
      },
      post({ ast: { program } }): void {
        const moved = program.body.filter((statement) => kept.has(loadedBy(statement) ?? ''));
        if (moved.length === 0) return;
        // Without a place of its own each prints in the line where it is put.
        for (const statement of moved) delete statement.loc;
        const others = program.body.filter((statement) => !moved.includes(statement));
        const at = others.findIndex(({ start }) => typeof start === 'number' && start >= firstAwait);
        program.body = at === -1 ? [...others, ...moved] : [...others.slice(0, at), ...moved, ...others.slice(at)];
      },
    };
  };
}

/** Whether at least one name of an import may be a value. */
function isValueImport(statement: Node): boolean {
  if (statement.type !== 'ImportDeclaration' || statement['importKind'] === 'type') return false;
  const names = statement['specifiers'] as readonly Node[];
  return names.some((name) => name['importKind'] !== 'type');
}

const moduleOf = (statement: Node): string => (statement['source'] as { readonly value: string }).value;

const bareImport = (module: string): Node => ({
  type: 'ImportDeclaration',
  specifiers: [],
  source: { type: 'StringLiteral', value: module },
});

/** The module that a translated `import './session'` loads: `require("./session")`, or `await jitiImport("./session")`. */
function loadedBy(statement: Node): string | null {
  if (statement.type !== 'ExpressionStatement') return null;
  const expression = statement['expression'] as Node;
  const call = expression.type === 'AwaitExpression' ? (expression['argument'] as Node) : expression;
  if (call.type !== 'CallExpression') return null;
  const { name } = call['callee'] as { readonly name?: string };
  if (name !== 'require' && name !== 'jitiImport') return null;
  const [argument] = call['arguments'] as readonly Node[];
  return argument?.type === 'StringLiteral' ? (argument['value'] as string) : null;
}

/** Whether a statement awaits something itself, and not only in a function that it holds. */
function awaits(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(awaits);
  if (typeof node !== 'object' || node === null || !('type' in node)) return false;
  const { type } = node as Node;
  if (type === 'AwaitExpression' || (type === 'ForOfStatement' && (node as Node)['await'] === true)) return true;
  if (/Function|Method/.test(type)) return false;
  return Object.values(node).some(awaits);
}
