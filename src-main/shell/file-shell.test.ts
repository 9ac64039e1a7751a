import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const mainDir = path.resolve(import.meta.dirname, '..');
const sources = readdirSync(mainDir, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|^testing\b/.test(name))
  .map((name) => ({ name: name.replaceAll('\\', '/'), text: readFileSync(path.join(mainDir, name), 'utf8') }));
const callersOf = (call: RegExp): string[] => sources.filter(({ text }) => call.test(text)).map(({ name }) => name);

test('files are opened by the system in one place, which is asked from one place that looks at them first', () => {
  expect(callersOf(/\bshell\.openPath\(/).sort()).toEqual(['attachments/plain-files.ts', 'shell/file-shell.ts']);
  expect(callersOf(/\bopenPath\b/).sort()).toEqual(['attachments/plain-files.ts', 'ports.ts', 'shell/file-shell.ts']);
});
