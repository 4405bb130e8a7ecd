/** What a server's message leaves out and the statement tells. */

const NAME = '(?:`(?:[^`]|``)+`|\\w+)';
/** Texts and quoted names, in which nothing is called. */
const QUOTED = /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`/g;
/** Words that parentheses follow and that are no functions. */
const WORDS = new Set(
  (
    'all and any as between by case cast char check convert count decimal delete distinct else enum exists from having in index insert interval into ' +
    'is join key like limit not on or over partition primary references regexp rlike select set some table then union unique ' +
    'update using values varchar when where with xor'
  ).split(' '),
);

/** The names that a statement calls as functions, each once. */
export function calledFunctions(sql: string): string[] {
  const names = [...sql.replace(QUOTED, ' ').matchAll(/\b([a-z_]\w*)\s*\(/gi)].map(([, name = '']) => name);
  return [...new Set(names)].filter((name) => !WORDS.has(name.toLowerCase()));
}

/** A table with its schema, where the statement names one table of that name. */
export function withSchema(table: string, sql: string): string {
  const names = [...sql.matchAll(new RegExp(`(${NAME})\\.(${NAME})`, 'g'))].map(([, schema = '', name = '']) => [
    unquoted(schema),
    unquoted(name),
  ]);
  const schemas = new Set(names.filter(([, name]) => name === table).map(([schema]) => schema));
  const [only] = schemas;
  return schemas.size === 1 ? `${only ?? ''}.${table}` : table;
}

function unquoted(name: string): string {
  return name.startsWith('`') ? name.slice(1, -1).replaceAll('``', '`') : name;
}
