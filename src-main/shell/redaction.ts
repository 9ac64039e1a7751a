/** The values a log line may have. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** Facts with such a key speak of people or secrets and are never written, whatever they hold (safety T31). */
const privateKeys =
  /name|text|token|password|secret|mail|path|file|dir|url|address|host|content|body|user|avatar|draft/i;
/** A code of ours or of the system: `ECONNRESET`, `gnome_libsecret`, `session:logIn`, `main.mjs:12:3`. No spaces, no slashes. */
const code = /^[A-Za-z0-9]+(?:[-_.:][A-Za-z0-9]+)*$/;
const maxCodeLength = 48;

/** Keeps of these facts what can be no one's words: numbers, booleans and short codes. Everything else is `[redacted]`. */
export function redact(facts: Facts): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([key, value]) => [code.test(key) ? key : 'key', redactValue(key, value)]),
  );
}

function redactValue(key: string, value: Facts[string]): Facts[string] {
  if (typeof value !== 'string') return value;
  return !privateKeys.test(key) && value.length <= maxCodeLength && code.test(value) ? value : '[redacted]';
}

/**
 * What may be said of an error: its class, its code, where in our own files it was thrown, and the same of its
 * cause. Never its message, which can quote anything.
 */
export function errorFacts(error: unknown): Facts {
  if (!(error instanceof Error)) return { error: typeof error };
  const facts = { error: error.name, code: codeOf(error), at: placeOf(error) };
  return error.cause instanceof Error
    ? { ...facts, cause: error.cause.name, causeCode: codeOf(error.cause), causeAt: placeOf(error.cause) }
    : facts;
}

function codeOf(error: Error): string | null {
  return 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** The first frame of the stack that lies in a file: its last path segment, line and column. */
function placeOf(error: Error): string | null {
  return /([\w.-]+\.[cm]?[jt]s:\d+:\d+)\)?$/m.exec(error.stack ?? '')?.[1] ?? null;
}
