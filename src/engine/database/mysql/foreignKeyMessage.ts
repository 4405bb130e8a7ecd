/** A foreign key as the messages 1451 and 1452 show it. `parent` has its schema. */
export interface BrokenKey {
  readonly child: string;
  readonly parent: string;
  readonly childColumns: readonly string[];
  readonly parentColumns: readonly string[];
}

const NAME = '`((?:[^`]|``)*)`';
const BROKEN = new RegExp(
  `\\(${NAME}\\.${NAME}, CONSTRAINT ${NAME} FOREIGN KEY \\(([^)]*)\\) REFERENCES (?:${NAME}\\.)?${NAME} \\(([^)]*)\\)`,
);

/** Reads the foreign key out of such a message; null when it is not told, as without a privilege on the parent. */
export function readForeignKey(text: string): BrokenKey | null {
  const match = BROKEN.exec(text);
  if (match === null) return null;
  const [, schema = '', child = '', , childColumns = '', parentSchema, parent = '', parentColumns = ''] = match;
  const names = (list: string): string[] =>
    [...list.matchAll(new RegExp(NAME, 'g'))].map(([, name = '']) => name.replaceAll('``', '`'));
  return {
    child: `${schema}.${child}`,
    parent: `${parentSchema ?? schema}.${parent}`,
    childColumns: names(childColumns),
    parentColumns: names(parentColumns),
  };
}
