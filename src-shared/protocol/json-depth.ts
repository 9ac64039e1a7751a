const quote = 0x22;
const backslash = 0x5c;

/**
 * Whether JSON `text` nests deeper than `maxDepth`. Looks at the raw text, before anything is built from it: deep
 * values pass JSON.parse but break what recurses over them later (safety F15). Text that is no JSON may give either
 * answer.
 */
export function isDeeperThan(text: string, maxDepth: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === quote) inString = !inString;
    else if (inString) {
      if (code === backslash) index += 1;
    } else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return false;
}
