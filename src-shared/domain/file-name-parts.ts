/** Characters before the extension that are kept with it when a name is cut in the middle. */
const keptCharacters = 6;
/** What is longer is a word of the name rather than an extension. Counted with the dot. */
const maxExtensionLength = 17;

/**
 * Where the parts of a file name begin that are always shown whole, in UTF-16 units: `end`, its last characters, and
 * after them `extension`, the true one with its dot (safety T5). Without one it begins where the name ends.
 */
export function tailOf(name: string): { readonly end: number; readonly extension: number } {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= maxExtensionLength ? dot : name.length;
  const kept = Array.from(name.slice(0, extension)).slice(-keptCharacters).join('');
  return { end: extension - kept.length, extension };
}
