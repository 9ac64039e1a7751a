import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

/** What is shipped, by its source: promises that no behaviour shows. */

const root = path.resolve(import.meta.dirname, '..');
const rooms = ['src-shared', 'src-main', 'src-renderer', 'src-server'];

type Source = { readonly file: string; readonly text: string };

/** Every file that goes into the program. */
const sources: readonly Source[] = rooms.flatMap((room) =>
  readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|(?:^|[\\/])testing[\\/]/.test(name))
    .map((name) => ({ file: `${room}/${name}`, text: readFileSync(path.join(root, room, name), 'utf8') })),
);

const imported = /(?:from|import|require)\s*\(?\s*'([^'.][^']*)'/g;
const importsOf = ({ text }: Source): string[] => [...text.matchAll(imported)].map(([, name]) => name ?? '');

/** Libraries and parts of the platform by which an archive, or anything else that was packed, is opened. */
const unpackers = /zip|tar\b|rar\b|7z|zlib|flate|pako|brotli|zst|lzma|\bxz|archive|decompress|unpack/i;

it('has nothing that unpacks: a small archive cannot become a huge one here', () => {
  const names = new Set(sources.flatMap(importsOf));
  // That they are found at all.
  expect([...names]).toEqual(expect.arrayContaining(['ws', 'zod', 'node:crypto', 'react', 'libsql']));
  expect([...names].filter((name) => unpackers.test(name))).toEqual([]);
  expect(sources.filter(({ text }) => /\bDecompressionStream\b/.test(text)).map(({ file }) => file)).toEqual([]);
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { dependencies: object };
  expect(Object.keys(manifest.dependencies)).toEqual(['libsql']);
});

it('asks macOS to mark what it saves as from elsewhere', () => {
  const packing = readFileSync(path.join(root, 'electron-builder.yml'), 'utf8');
  const [, ofMac = ''] = /^mac:\n((?: .*\n|\n)*)/m.exec(packing) ?? [];
  const [, info = ''] = /^ {2}extendInfo:\n((?: {4}.*\n)*)/m.exec(ofMac) ?? [];
  expect(info).toMatch(/^ {4}LSFileQuarantineEnabled: true$/m);
});
