/** How many more keys a run may make. All workers of a run draw on one. */
export interface Budget {
  /** Asks for up to `wanted`; 0 when nothing is left. */
  take(wanted: number): Promise<number>;
  /** Gives back what was taken and not used. */
  giveBack(count: number): void;
}

/** @param limit null: without limit */
export function budgetOf(limit: number | null): Budget {
  let left = limit ?? Infinity;
  return {
    take: (wanted) => {
      const granted = Math.min(wanted, left);
      left -= granted;
      return Promise.resolve(granted);
    },
    giveBack: (count) => {
      left += count;
    },
  };
}
