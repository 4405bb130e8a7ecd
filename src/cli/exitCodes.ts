/** What scripts may rely on. */
export const exitCodes = {
  done: 0,
  /** A make failed, or a pipeline or a database did. */
  failed: 1,
  /** The command line makes no sense. */
  usage: 2,
  /** 128 plus the number of the signal, as shells count. */
  SIGINT: 130,
  SIGTERM: 143,
} as const;
