import type { Value } from './relation';

/** The texts that rows hold. */
export const TEXTS = ['a', 'b', "it's"];

export const quoted = (value: Value): string => (typeof value === 'string' ? `"${value}"` : String(value));

/** Reads one step's choices, one after the other. */
export class Choices {
  private at = 0;
  constructor(private readonly numbers: readonly number[]) {}

  next(count: number): number {
    const number = this.numbers[this.at % Math.max(1, this.numbers.length)] ?? 0;
    this.at += 1;
    return (number + (this.at > this.numbers.length ? this.at : 0)) % count;
  }

  of<T>(list: readonly T[]): T {
    const item = list[this.next(list.length)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }

  flag(): boolean {
    return this.next(2) === 1;
  }
}
