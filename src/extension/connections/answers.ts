/** What a database answered, kept until it would answer otherwise. Knows nothing of databases: questions are texts. */
import { coalesced } from '../coalesced';

interface Entry {
  /** What is given out. */
  answer: Promise<unknown>;
  /** Another answer, there completely, that is given out next. */
  next: Promise<unknown> | null;
  /** Asked since answers were last given out; others are forgotten. */
  used: boolean;
  /** Reads again; `next` is set when the answer is another. */
  readonly renew: () => Promise<void>;
}

/** The longest that a slow answer holds back the others of a renewal, in milliseconds. */
const PATIENCE_MS = 1000;

/**
 * Views are drawn more often than data change, and drawing must not wait. So a change is fetched completely before
 * anybody hears of it, and only told when there is one. An answer that takes long is told later than the others, and one
 * that never comes leaves the one that is known.
 */
export class Answers {
  private readonly entries = new Map<string, Entry>();

  /** @param tell called when questions that were asked have other answers now */
  constructor(
    private readonly tell: () => void,
    private readonly patience = PATIENCE_MS,
  ) {}

  /** Asks once; the same question gets the same answer, or the same error, until `renew` finds another one. */
  ask<Answer>(question: string, fetch: () => Promise<Answer>): Promise<Answer> {
    const known = this.entries.get(question);
    if (known !== undefined) {
      known.used = true;
      return known.answer as Promise<Answer>;
    }
    const answer = fetch();
    const entry: Entry = { answer, next: null, used: true, renew: coalesced(() => reread(entry, fetch)) };
    this.entries.set(question, entry);
    return answer;
  }

  /** As `ask`, but null when the answer is not there within `milliseconds`; it is told when it has come. */
  async glance<Answer>(question: string, fetch: () => Promise<Answer>, milliseconds: number): Promise<Answer | null> {
    const answer = this.ask(question, fetch);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), milliseconds);
    });
    try {
      const first = await Promise.race([answer.then((value) => ({ value })), late]);
      if (first !== null) return first.value;
      answer.then(this.tell, this.tell);
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Asks every question again that somebody asked since answers were last given out. Resolves when all have answered. */
  async renew(): Promise<void> {
    for (const [question, { used }] of this.entries) if (!used) this.entries.delete(question);
    let isLate = false;
    const renewals = [...this.entries.values()].map(async (entry) => {
      await entry.renew();
      if (isLate) this.giveOut();
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.patience);
    });
    const all = Promise.all(renewals);
    await Promise.race([all, late]);
    clearTimeout(timer);
    isLate = true;
    this.giveOut();
    await all;
  }

  clear(): void {
    this.entries.clear();
  }

  private giveOut(): void {
    const changed = [...this.entries.values()].filter(({ next }) => next !== null);
    if (changed.length === 0) return;
    for (const entry of this.entries.values()) {
      entry.answer = entry.next ?? entry.answer;
      entry.next = null;
      entry.used = false;
    }
    this.tell();
  }
}

async function reread(entry: Entry, fetch: () => Promise<unknown>): Promise<void> {
  const fresh = fetch();
  const [old, now] = await Promise.all([digest(entry.next ?? entry.answer), digest(fresh)]);
  if (old !== now) entry.next = fresh;
}

/** Text that is the same for equal answers and equal errors. */
async function digest(answer: Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await answer, (_name, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  } catch (thrown) {
    return `failed: ${String(thrown)}`;
  }
}
