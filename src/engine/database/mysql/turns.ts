import { isLost } from './errorCodes';

/** Work that is done one piece after the other. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #count = 0;

  /** True when nobody has a turn or waits for one. */
  get isFree(): boolean {
    return this.#count === 0;
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    this.#count += 1;
    const mine = this.#last.then(work).finally(() => {
      this.#count -= 1;
    });
    this.#last = mine.catch(() => undefined);
    return await mine;
  }
}

/** Does `work`, and once more when its session was lost, if that does no harm. */
export async function againIfLost<T>(isHarmless: boolean, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isHarmless || !isLost(error)) throw error;
    return await work();
  }
}
