/** The names most like a mistyped one, the likeliest first; at most three, none when nothing is close. */
export function nearest(typed: string, names: readonly string[]): string[] {
  const wanted = typed.toLowerCase();
  return names
    .map((name) => ({ name, distance: distanceTo(wanted, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.round(0.4 * Math.min(typed.length, name.length)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name)
    .filter((name, index, all) => all.indexOf(name) === index);
}

/** ` Did you mean A or B?`, or nothing. */
export function didYouMean(typed: string, names: readonly string[]): string {
  const close = nearest(typed, names);
  return close.length === 0 ? '' : ` Did you mean ${close.join(' or ')}?`;
}

/** How many insertions, deletions and replacements lie between two texts; 0 too for a beginning, or a name in a schema. */
function distanceTo(wanted: string, name: string): number {
  if (name.endsWith(`.${wanted}`) || (wanted.length > 1 && name.startsWith(wanted))) return 0;
  let row = Array.from({ length: name.length + 1 }, (_, column) => column);
  for (let i = 1; i <= wanted.length; i++) {
    const next = [i];
    for (let j = 1; j <= name.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (wanted[i - 1] === name[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[name.length] ?? 0;
}
