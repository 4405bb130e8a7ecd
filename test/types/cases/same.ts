/** True when the compiler takes the two types for one and the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** `is<number>()(value)` compiles only when the type of the value is exactly `number`. Nothing here ever runs. */
export declare function is<Expected>(): <Actual>(
  value: Actual,
  ...mismatch: Same<Expected, Actual> extends true ? [] : [expected: Expected]
) => void;
