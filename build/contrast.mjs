// node build/contrast.mjs   proves from the design tokens that words and signs stand out from what they are drawn on,
// in both themes: 4.5:1 for words, 3:1 for what is not read but must be seen (WCAG 2.2, 1.4.3 and 1.4.11)
import fs from 'node:fs';
import path from 'node:path';
import { leastContrast, pairs } from './contrast-pairs.mjs';
import { root } from './places.mjs';
import { runTool, say } from './say.mjs';

await runTool(async () => {
  const css = fs.readFileSync(path.join(root, 'src-renderer/ui/tokens.css'), 'utf8');
  const problems = [...readThemes(css)].flatMap(([theme, colours]) =>
    pairs.flatMap(({ kind, front, behind }) => {
      const [frontColour, behindColour] = [colours.get(front), colours.get(behind)];
      if (frontColour === undefined || behindColour === undefined) {
        return [`${theme}: --${frontColour === undefined ? front : behind} is not a colour of tokens.css`];
      }
      const ratio = contrastRatio(frontColour, behindColour);
      if (ratio >= leastContrast[kind]) return [];
      return [`${theme}: --${front} on --${behind} is ${ratio.toFixed(2)}:1, needs ${leastContrast[kind]}:1`];
    }),
  );
  for (const problem of problems) say(problem);
  return problems.length === 0 ? 0 : 1;
});

/**
 * Reads the plain `#rrggbb` tokens; what depends on the system's wishes (`@media`) only strengthens them.
 *
 * @param {string} css
 * @returns {Map<'light' | 'dark', Map<string, string>>}
 */
function readThemes(css) {
  /** @type {Map<string, string>} */
  const light = new Map();
  /** @type {Map<string, string>} */
  const darkOnly = new Map();
  const rules = css.replace(/\/\*[\s\S]*?\*\//g, '').split('@media')[0] ?? '';
  for (const [, selector = '', body = ''] of rules.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    const theme = selector.includes(':root') ? light : darkOnly;
    for (const [, name = '', colour = ''] of body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/gi)) theme.set(name, colour);
  }
  return new Map([
    ['light', light],
    ['dark', new Map([...light, ...darkOnly])],
  ]);
}

/**
 * @param {string} one `#rrggbb`
 * @param {string} other
 */
function contrastRatio(one, other) {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** @param {string} colour */
function luminance(colour) {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
