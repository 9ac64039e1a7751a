/** Marks a branch the types say cannot be reached. @throws when it is reached all the same, which is a bug. */
export function assertNever(value: never): never {
  throw new Error(`unexpected case: ${String(value)}`);
}
