/** What a database answered, kept until it would answer otherwise. Knows nothing of databases: questions are texts. */
interface Entry {
  readonly fetch: () => Promise<unknown>;
  readonly answer: Promise<unknown>;
  /** Asked since the answers last changed; others are forgotten with the next change. */
  used: boolean;
}

/**
 * Views are drawn more often than data change, and drawing must not wait: a command on a row that is just being drawn
 * would lose its row. So a change is fetched completely before anybody hears of it, and only told when there is one.
 */
export class Answers {
  private entries = new Map<string, Entry>();

  /** Asks once; the same question gets the same answer until `renew` finds another one. */
  ask<Answer>(question: string, fetch: () => Promise<Answer>): Promise<Answer> {
    const known = this.entries.get(question);
    if (known !== undefined) {
      known.used = true;
      return known.answer as Promise<Answer>;
    }
    const entry = { fetch, answer: fetch(), used: true };
    this.entries.set(question, entry);
    entry.answer.catch(() => {
      if (this.entries.get(question) === entry) this.entries.delete(question);
    });
    return entry.answer;
  }

  /** Asks every question again. True when an answer is another than before; only then are the new ones given out. */
  async renew(): Promise<boolean> {
    const before = [...this.entries].filter(([, entry]) => entry.used);
    const renewed = before.map(([question, { fetch }]): [string, Entry] => [
      question,
      { fetch, answer: fetch(), used: false },
    ]);
    const digests = (entries: readonly [string, Entry][]) => Promise.all(entries.map(([, { answer }]) => digest(answer)));
    const [old, now] = await Promise.all([digests(before), digests(renewed)]);
    if (old.every((text, at) => text !== null && text === now[at])) return false;
    this.entries = new Map(renewed.filter((_, at) => now[at] !== null));
    return true;
  }

  clear(): void {
    this.entries.clear();
  }
}

/** Text that is the same for equal answers; null for a question that failed. */
async function digest(answer: Promise<unknown>): Promise<string | null> {
  try {
    return JSON.stringify(await answer, (_name, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  } catch {
    return null;
  }
}
