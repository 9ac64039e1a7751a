// node build/raw-values.mjs   proves that no stylesheet but the tokens writes a colour or a duration
import fs from 'node:fs';
import path from 'node:path';
import { root } from './places.mjs';
import { runTool, say } from './say.mjs';

await runTool(async () => {
  const folder = path.join(root, 'src-renderer');
  const sheets = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.css') && path.basename(file) !== 'tokens.css');
  const problems = sheets.flatMap((file) =>
    // Comments may name them.
    Array.from(
      fs
        .readFileSync(path.join(folder, file), 'utf8')
        .replace(/\/\*[\s\S]*?\*\//g, '')
        .matchAll(/#[\da-f]{3,8}\b|\b\d[\d.]*m?s\b/gi),
      ([value]) => `${file} writes ${value}, which belongs into tokens.css`,
    ),
  );
  for (const problem of problems) say(problem);
  return problems.length === 0 && sheets.length > 0 ? 0 : 1;
});
