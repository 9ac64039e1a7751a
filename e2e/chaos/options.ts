import { parseArgs } from 'node:util';

/** Reads `--name=N` options. @returns the defaults with what was given, or null, having said what is wrong. */
export function readNumbers<T extends Readonly<Record<string, number>>>(args: string[], defaults: T): T | null {
  const spec = Object.fromEntries(Object.keys(defaults).map((name) => [name, { type: 'string' as const }]));
  try {
    const { values } = parseArgs({ args, options: spec });
    const given = Object.entries(values).map(([name, value]) => [name, Number(value)] as const);
    const wrong = given.find(([, value]) => !Number.isSafeInteger(value) || value < 0);
    if (wrong === undefined) return { ...defaults, ...Object.fromEntries(given) };
    console.error(`--${wrong[0]} must be a whole number`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
  return null;
}
