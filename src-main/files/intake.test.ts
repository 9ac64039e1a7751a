import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exifSegment, jpeg, jpegSegment, latin, png } from '../../src-shared/media/testing/sample-images.ts';
import { inspectBytes, inspectFile } from './intake.ts';
import { openSource, problemOf } from './source-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'kith-intake-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const maxBytes = 1_000_000;
const at = (name: string): string => path.join(dir, name);
function put(name: string, bytes: Uint8Array | string): string {
  writeFileSync(at(name), bytes);
  return at(name);
}
/** As many bytes as this, without a disk full of them. */
function putHuge(name: string, sizeBytes: number): string {
  const file = put(name, '');
  truncateSync(file, sizeBytes);
  return file;
}

describe('a file is looked at', () => {
  it('and is told by its bytes, not by its name', async () => {
    expect(await inspectFile(put('notes.png', 'only words'), maxBytes)).toEqual({
      name: 'notes.png',
      sizeBytes: 10,
      modifiedMs: expect.any(Number),
      kind: 'file',
      width: null,
      height: null,
      hasMetadata: false,
      problem: null,
    });
    expect(await inspectFile(put('photo.txt', jpeg(640, 480, exifSegment(6))), maxBytes)).toMatchObject({
      name: 'photo.txt',
      kind: 'image',
      width: 480,
      height: 640,
      hasMetadata: true,
      problem: null,
    });
  });

  it('and a photograph with megabytes of other things before its size is one all the same', async () => {
    const other = jpegSegment(0xe1, latin('http://ns.adobe.com/xmp/extension/'.padEnd(65_000, 'x')));
    const photo = jpeg(4_032, 3_024, exifSegment(6), ...Array.from({ length: 40 }, () => other));
    expect(await inspectFile(put('a.jpg', photo), 10_000_000)).toMatchObject({
      kind: 'image',
      width: 3_024,
      height: 4_032,
      hasMetadata: true,
    });
    expect(await inspectBytes('a.jpg', photo, 10_000_000)).toMatchObject({ kind: 'image', width: 3_024 });
    // And one that never comes to it is a file.
    expect(await inspectFile(put('b.jpg', photo.subarray(0, -400)), 10_000_000)).toMatchObject({ kind: 'file' });
  });

  it.each(['林晚 的照片 📷.jpg', 'a b\tc.txt', ' leading', '-rf', '$(reboot).sh', "it's.txt", 'x'.repeat(250)])(
    'whatever its name: %j',
    async (name) => {
      const inspected = await inspectFile(put(name, 'x'), maxBytes);
      expect(inspected).toMatchObject({ sizeBytes: 1, problem: null });
      expect(Buffer.byteLength(inspected.name)).toBeLessThanOrEqual(180);
    },
  );

  it('and what cannot be cleaned says that it may carry place and camera, also where it is pasted', async () => {
    const heic = latin('\0\0\0\x24ftypheic\0\0\0\0mif1heic'.padEnd(1_000, '\0'));
    const seen = { kind: 'file', hasMetadata: true, problem: null };
    expect(await inspectFile(put('IMG_0001.HEIC', heic), maxBytes)).toMatchObject(seen);
    expect(await inspectBytes('IMG_0001.HEIC', heic, maxBytes)).toMatchObject(seen);
    const brokenOff = await inspectFile(put('a.jpg', jpeg(640, 480, exifSegment(6)).subarray(0, 40)), maxBytes);
    expect(brokenOff).toMatchObject(seen);
  });

  it('and a link is what it points to, under its own name', async () => {
    symlinkSync(put('real.png', png(3, 2)), at('link'));
    expect(await inspectFile(at('link'), maxBytes)).toMatchObject({
      name: 'link',
      kind: 'image',
      width: 3,
      problem: null,
    });
  });
});

describe('what cannot be sent says why', () => {
  it('empty', async () => {
    expect(await inspectFile(put('a', ''), maxBytes)).toMatchObject({ sizeBytes: 0, problem: 'empty' });
  });
  it('too large, at any size', async () => {
    expect(await inspectFile(putHuge('a', maxBytes), maxBytes)).toMatchObject({ problem: null });
    expect(await inspectFile(putHuge('b', maxBytes + 1), maxBytes)).toMatchObject({
      sizeBytes: maxBytes + 1,
      problem: 'too-large',
    });
    expect(await inspectFile(putHuge('c', 2 ** 40), maxBytes)).toMatchObject({ problem: 'too-large' });
  });
  it('a folder, also behind a link', async () => {
    mkdirSync(at('folder'));
    symlinkSync(at('folder'), at('link'));
    for (const name of ['folder', 'link', '.'])
      expect(await inspectFile(at(name), maxBytes), name).toMatchObject({ sizeBytes: null, problem: 'folder' });
  });
  it('gone, also where a folder is a file', async () => {
    put('file', 'x');
    for (const name of ['nowhere', 'file/x', 'a/b/c'])
      expect(await inspectFile(at(name), maxBytes), name).toMatchObject({ problem: 'vanished' });
  });
  it('a pipe, without waiting for its other end', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    symlinkSync(at('pipe'), at('link'));
    for (const name of ['pipe', 'link'])
      expect(await inspectFile(at(name), maxBytes), name).toMatchObject({ problem: 'special' });
  });
  it('a device', async () => {
    symlinkSync('/dev/zero', at('link'));
    for (const file of ['/dev/zero', '/dev/null', at('link')])
      expect(await inspectFile(file, maxBytes), file).toMatchObject({ problem: 'special' });
  });
  it('a socket', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(at('socket'), resolve));
    expect(await inspectFile(at('socket'), maxBytes)).toMatchObject({ problem: 'special' });
    await new Promise((resolve) => void server.close(resolve));
  });
  it('a link to nowhere, and links in a circle', async () => {
    symlinkSync(at('nowhere'), at('link'));
    symlinkSync(at('one'), at('other'));
    symlinkSync(at('other'), at('one'));
    for (const name of ['link', 'one'])
      expect(await inspectFile(at(name), maxBytes), name).toMatchObject({ name, problem: 'dead-link' });
  });
  it('a name with a zero, and one that is too long', async () => {
    for (const file of [at('a\0b'), at('x'.repeat(5_000))])
      expect(await inspectFile(file, maxBytes), file.slice(0, 80)).toMatchObject({ problem: 'unreadable' });
  });
  it.each([
    ['EACCES', 'not-allowed'],
    ['ELOOP', 'dead-link'],
    ['EIO', 'unreadable'],
    ['EMFILE', 'unreadable'],
    ['EBUSY', 'in-use'],
    ['ENOENT', 'vanished'],
    ['ENXIO', 'special'],
  ])('%s of the file system is %s', (code, problem) => {
    expect(problemOf(Object.assign(new Error('refused'), { code }), 'linux')).toBe(problem);
  });
  it('what the system keeps this program from, apart from what the person may not read', () => {
    const refused = Object.assign(new Error('refused'), { code: 'EPERM' });
    expect(problemOf(refused, 'darwin')).toBe('sandboxed');
    for (const platform of ['win32', 'linux'] as const) expect(problemOf(refused, platform)).toBe('not-allowed');
  });
});

it('one that is not what the person saw is not opened', async () => {
  const file = put('a', 'seen');
  const seen = await inspectFile(file, maxBytes);
  const expected = { sizeBytes: seen.sizeBytes ?? -1, modifiedMs: seen.modifiedMs ?? -1 };
  const opened = await openSource(file, expected);
  expect(opened).toMatchObject({ ok: true });
  if (opened.ok) await opened.value.close();
  put('a', 'changed');
  expect(await openSource(file, expected)).toEqual({ ok: false, error: 'changing' });
});
