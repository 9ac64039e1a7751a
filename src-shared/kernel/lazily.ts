/**
 * What `make` gives, made at the first call and kept. For what takes milliseconds to make, such as the rules of a
 * language, and is not needed for the first screen.
 */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
