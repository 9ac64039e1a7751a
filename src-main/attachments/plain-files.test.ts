import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appError } from '../../src-shared/kernel/app-error.ts';
import { blobId } from '../../src-shared/kernel/ids.ts';
import { err, ok } from '../../src-shared/kernel/result.ts';
import { BlobDamaged } from '../files/blob-reader.ts';
import { createPlainFiles, type PlainFile, type PlainFiles, type PlainSource } from './plain-files.ts';
import { createSaveFolder } from './save-folder.ts';
import { createWebMark } from './web-mark.ts';

let root: string;
let done: string[];
/** Where the person says to save; null: they change their mind. */
let chosen: (suggested: string) => Promise<string | null>;
let plain: PlainFiles;
let marked: string[];

const inRoot = (...names: string[]): string => path.join(root, ...names);
const pdf = new TextEncoder().encode('%PDF-1.7\n'.padEnd(200_000, 'x'));

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
const sourceOf = (bytes: Uint8Array): PlainSource => ({
  blobId: blobId(String(bytes.length).padStart(64, '0')),
  sizeBytes: bytes.length,
  read: (range) => inPieces(bytes.subarray(range?.start ?? 0, range?.end ?? bytes.length)),
});
const fileOf = (name: string, bytes: Uint8Array = pdf): PlainFile => ({ name, fetch: async () => ok(sourceOf(bytes)) });
/** Files that a test made or caused, hidden ones too. */
const everything = async (): Promise<string[]> =>
  (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((name) => name !== 'save-folder.txt')
    .sort();

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'kith-plain-'));
  done = [];
  marked = [];
  chosen = async (suggested) => suggested;
  let number = 0;
  plain = createPlainFiles({
    shell: {
      askSavePath: (suggested) => chosen(suggested),
      openPath: async (filePath) => done.push(`open ${path.basename(filePath)}`) > 0,
      showInFolder: (filePath) => void done.push(`show ${path.relative(root, filePath)}`),
      startDrag: async (filePath) => void done.push(`drag ${path.basename(filePath)}`),
      downloadsDir: () => inRoot('Downloads'),
    },
    openedDir: inRoot('opened'),
    saveFolder: createSaveFolder(inRoot('save-folder.txt'), () => {}),
    mark: async (filePath) => void marked.push(filePath),
    random: { uuid: () => `uuid-${(number += 1)}` },
    log: () => {},
  });
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('saving', () => {
  it('writes the very bytes under the cleaned name, marked as from elsewhere, and nothing besides', async () => {
    expect(await plain.saveAs(fileOf('../../etc/rou\u202ete.pdf'))).toEqual(ok('saved'));
    expect(await everything()).toEqual(['Downloads/rou\ufffdte.pdf']);
    expect(Buffer.compare(await readFile(inRoot('Downloads', 'rou\ufffdte.pdf')), pdf)).toBe(0);
    expect(marked).toHaveLength(1);
  });

  it('begins where something was saved last, also after a restart', async () => {
    await mkdir(inRoot('Desk'));
    chosen = async () => inRoot('Desk', 'mine.pdf');
    await plain.saveAs(fileOf('a.pdf'));
    let suggestion = '';
    chosen = async (suggested) => {
      suggestion = suggested;
      return null;
    };
    expect(await plain.saveAs(fileOf('b.pdf'))).toEqual(ok('cancelled'));
    expect(suggestion).toBe(inRoot('Desk', 'b.pdf'));
    expect(await createSaveFolder(inRoot('save-folder.txt'), () => {}).read()).toBe(inRoot('Desk'));
  });

  it('replaces a file that the person was asked about', async () => {
    await mkdir(inRoot('Downloads'));
    await writeFile(inRoot('Downloads', 'a.pdf'), 'older');
    await plain.saveAs(fileOf('a.pdf'));
    expect(await everything()).toEqual(['Downloads/a.pdf']);
    expect((await stat(inRoot('Downloads', 'a.pdf'))).size).toBe(pdf.length);
  });

  it('never writes over a file that came there after the question', async () => {
    const late: PlainFile = {
      name: 'a.pdf',
      fetch: async () => {
        await mkdir(inRoot('Downloads'));
        await writeFile(inRoot('Downloads', 'a.pdf'), 'somebody else’s');
        return ok(sourceOf(pdf));
      },
    };
    await plain.saveAs(late);
    expect(await everything()).toEqual(['Downloads/a (1).pdf', 'Downloads/a.pdf']);
    expect(await readFile(inRoot('Downloads', 'a.pdf'), 'utf8')).toBe('somebody else’s');
  });

  it.each([
    ['the bytes are damaged', new BlobDamaged('damaged'), 'file-damaged'],
    ['the disk is full', Object.assign(new Error('x'), { code: 'ENOSPC' }), 'disk-full'],
    ['the folder takes no files', Object.assign(new Error('x'), { code: 'EACCES' }), 'folder-not-writable'],
  ] as const)('leaves nothing behind, and what was there untouched, where %s', async (_, fault, code) => {
    await mkdir(inRoot('Downloads'));
    await writeFile(inRoot('Downloads', 'a.pdf'), 'older');
    const failing: PlainSource = {
      ...sourceOf(pdf),
      read: async function* () {
        yield pdf.subarray(0, 100_000);
        throw fault;
      },
    };
    expect(await plain.saveAs({ name: 'a.pdf', fetch: async () => ok(failing) })).toEqual(err(appError(code)));
    expect(await everything()).toEqual(['Downloads/a.pdf']);
    expect(await readFile(inRoot('Downloads', 'a.pdf'), 'utf8')).toBe('older');
  });

  it('asks where before it fetches, and fetches nothing for who changes their mind', async () => {
    chosen = async () => null;
    let isFetched = false;
    const file = { name: 'a.pdf', fetch: async () => ((isFetched = true), ok(sourceOf(pdf))) };
    expect(await plain.saveAs(file)).toEqual(ok('cancelled'));
    expect(isFetched).toBe(false);
  });

  it('puts any name into the folder and nowhere else', async () => {
    const bytes = new Uint8Array([1]);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (name) => {
        const file = fileOf(name, bytes);
        await plain.showInFolder(file);
      }),
      { numRuns: 200 },
    );
    expect((await everything()).every((name) => path.dirname(name) === 'Downloads')).toBe(true);
  });
});

describe('opening', () => {
  it('hands a read-only copy with the true name to the system, one however often', async () => {
    expect(await plain.open(fileOf('route.pdf'))).toEqual(ok(undefined));
    await plain.open(fileOf('route.pdf'));
    expect(done).toEqual(['open route.pdf', 'open route.pdf']);
    const [copy, ...others] = await everything();
    expect(others).toEqual([]);
    expect((await stat(inRoot(copy ?? ''))).mode & 0o777).toBe(0o400);
  });

  it.each([
    ['runs by its name', 'setup.exe', pdf],
    ['runs by its bytes', 'photo.png', new TextEncoder().encode('MZ\x90\0'.padEnd(512, '\0'))],
    ['is a program with a second extension', 'route.pdf.scr', pdf],
    ['ends in dots and spaces', 'setup.exe. .', pdf],
    ['is not what its name says', 'route.pdf', new TextEncoder().encode('<html><script>')],
    ['can hold programs', 'all.zip', new TextEncoder().encode('PK\x03\x04'.padEnd(100, '\0'))],
    ['has no kind', 'README', new TextEncoder().encode('#!/bin/sh\nrm -rf ~')],
  ])('never opens what %s', async (_, name, bytes) => {
    expect(await plain.open(fileOf(name, bytes))).toEqual(err(appError('file-not-openable')));
    expect(done).toEqual([]);
    expect(await everything()).toEqual([]);
  });

  it('leaves nothing once the folder is emptied', async () => {
    await plain.open(fileOf('route.pdf'));
    await plain.clear();
    expect(await everything()).toEqual([]);
    await plain.open(fileOf('route.pdf'));
    expect(await everything()).toHaveLength(1);
  });

  it('says why the bytes could not be had', async () => {
    const gone = { name: 'a.pdf', fetch: async () => err(appError('file-gone')) };
    expect(await plain.open(gone)).toEqual(err(appError('file-gone')));
  });
});

describe('showing in the folder', () => {
  it('shows one copy, however often, also one of an earlier run', async () => {
    await mkdir(inRoot('Downloads'));
    await writeFile(inRoot('Downloads', 'route.pdf'), pdf);
    await plain.showInFolder(fileOf('route.pdf'));
    await plain.showInFolder(fileOf('route.pdf'));
    expect(done).toEqual(['show Downloads/route.pdf', 'show Downloads/route.pdf']);
    expect(await everything()).toEqual(['Downloads/route.pdf']);
  });

  it('leaves another file of that name alone, and makes a new copy where the last one was moved away', async () => {
    await mkdir(inRoot('Downloads'));
    const other = Uint8Array.from(pdf).fill(0, pdf.length - 1);
    await writeFile(inRoot('Downloads', 'route.pdf'), other);
    await plain.showInFolder(fileOf('route.pdf'));
    expect(done).toEqual(['show Downloads/route (1).pdf']);
    await rm(inRoot('Downloads', 'route (1).pdf'));
    await plain.showInFolder(fileOf('route.pdf'));
    expect(await everything()).toEqual(['Downloads/route (1).pdf', 'Downloads/route.pdf']);
    expect(Buffer.compare(await readFile(inRoot('Downloads', 'route.pdf')), other)).toBe(0);
  });

  it('shows what may not be opened', async () => {
    expect(await plain.showInFolder(fileOf('setup.exe'))).toEqual(ok(undefined));
    expect(done).toEqual(['show Downloads/setup.exe']);
  });
});

it('drags a copy with the true name out of the window', async () => {
  await plain.startDrag(fileOf('setup.exe'));
  expect(done).toEqual(['drag setup.exe']);
});

describe('the mark of the web', () => {
  it('is written beside the file on Windows, and nowhere else', async () => {
    await writeFile(inRoot('a.exe'), 'MZ');
    await createWebMark('linux')(inRoot('a.exe'));
    await createWebMark('darwin')(inRoot('a.exe'));
    expect(await everything()).toEqual(['a.exe']);
    await createWebMark('win32')(inRoot('a.exe'));
    expect(await readFile(inRoot('a.exe:Zone.Identifier'), 'utf8')).toBe('[ZoneTransfer]\r\nZoneId=3\r\n');
  });

  it('fails nothing on a disk that takes none', async () => {
    await expect(createWebMark('win32')(inRoot('no such folder', 'a.exe'))).resolves.toBeUndefined();
  });
});
