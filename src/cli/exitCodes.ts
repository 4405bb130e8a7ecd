/** What scripts may rely on. */
export const exitCodes = {
  done: 0,
  /** A make failed, or the script of `djw run`. */
  failed: 1,
  /** The command could not be carried out: it makes no sense, or the pipeline or the database cannot be used. */
  refused: 2,
  /** 128 plus the number of the signal, as shells count. */
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
} as const;
