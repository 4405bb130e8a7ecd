import { TIER, type Tier } from '../definition';

export { TIER };

/** A table class as the engine needs to know it: its name, its definition and its tier. */
export interface TableConstructor {
  new (): object;
  readonly name: string;
  readonly definition: string;
  readonly [TIER]: Tier;
  readonly prototype: object;
}

/** Rows that a Lookup table holds from the start: objects, or arrays in the order of the definition. */
export type Contents = readonly (Readonly<Record<string, unknown>> | readonly unknown[])[];
