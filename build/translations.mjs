// node build/translations.mjs   proves that every language says everything that English says
import fs from 'node:fs';
import path from 'node:path';
import { root } from './places.mjs';
import { runTool, say } from './say.mjs';

const folder = path.join(root, 'src-shared/i18n');
const original = 'en.json';

await runTool(async () => {
  const english = readTexts(original);
  const problems = fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.json') && file !== original)
    .flatMap((file) => compare(file, english, readTexts(file)));
  for (const problem of problems) say(problem);
  return problems.length === 0 ? 0 : 1;
});

/**
 * @param {string} file
 * @param {Map<string, string>} english
 * @param {Map<string, string>} texts
 * @returns {string[]}
 */
function compare(file, english, texts) {
  return [
    ...[...english.keys()]
      // Other languages have other plural forms; every one has `_other`.
      .filter((key) => !texts.has(key) && !key.endsWith('_one'))
      .map((key) => `${file} lacks ${key}`),
    ...[...texts.keys()].filter((key) => !english.has(key)).map((key) => `${file} has ${key}, which English has not`),
    ...[...texts].filter(([, text]) => text.trim() === '').map(([key]) => `${file}: ${key} is empty`),
    ...[...texts]
      .filter(([key, text]) => english.has(key) && placeholders(text) !== placeholders(english.get(key) ?? ''))
      .map(([key]) => `${file}: ${key} has other placeholders than in English`),
  ];
}

/** @param {string} text */
function placeholders(text) {
  return [...text.matchAll(/\{\{\s*(\w+)[^}]*\}\}/g)]
    .map(([, name = '']) => name)
    .toSorted()
    .join(' ');
}

/** @param {string} file */
function readTexts(file) {
  /** @type {Map<string, string>} */
  const texts = new Map();
  collect(JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')), '', texts);
  return texts;
}

/**
 * @param {Record<string, unknown>} node
 * @param {string} prefix
 * @param {Map<string, string>} texts
 */
function collect(node, prefix, texts) {
  for (const [key, value] of Object.entries(node)) {
    if (typeof value === 'string') texts.set(prefix + key, value);
    else collect(/** @type {Record<string, unknown>} */ (value), `${prefix}${key}.`, texts);
  }
}
