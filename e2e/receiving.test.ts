import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildStoreProcess } from '../src-main/store/testing/build-store-process.ts';
import { closeWindows, credentials, newFolder, openWindow, type Window } from '../src-main/testing/main-rig.ts';
import { startFileServer, type FileServer } from '../src-main/transfers/testing/file-server.ts';
import { register } from '../src-server/testing/client.ts';
import type { BlobId, UserId } from '../src-shared/kernel/ids.ts';
import type { MessageView } from '../src-shared/ipc/views.ts';
import { createMediaHost, type MediaHost } from './doubles/media-host.ts';
import { startOtherServer, type OtherServer } from './doubles/other-server.ts';
import { sentForms, type SentForm } from './doubles/sent-forms.ts';

/** The whole program, without Electron, with a server that hands out files in every form there is. */

let storeFile: string;
let server: OtherServer;
let host: MediaHost;
let decoyHost: MediaHost;
let decoy: FileServer;
let folder: string;
let ann: Window;
let bo: UserId;
let forms: readonly SentForm[];
let rows: Map<SentForm, MessageView>;

beforeAll(async () => {
  storeFile = await buildStoreProcess();
}, 60_000);
afterAll(() => rmSync(path.dirname(storeFile), { recursive: true, force: true }));
beforeEach(async () => {
  [host, decoyHost] = [createMediaHost(), createMediaHost()];
  server = await startOtherServer({ answerHttp: host.answer });
  decoy = await startFileServer(decoyHost.answer);
  const sent = sentForms(server.url.replace('ws', 'http'), decoy.origin);
  forms = sent.forms;
  host.put(sent.hosted);
  decoyHost.put(sent.foreign);
  const person = await register(server.url, 'bo');
  bo = person.id as UserId;
  folder = newFolder();
  ann = await openWindow(storeFile, { folder });
  const { userId } = await ann.ask('session:register', { ...credentials(server.url, 'ann'), email: '' });
  await ann.until(() => ann.told('connection:changed').at(-1)?.phase === 'connected');
  await ann.ask('contacts:add', { userId: bo });
  for (const { type, content } of forms) server.deliver({ senderId: bo, receiverId: userId, type, content });
  await ann.until(async () => (await page()).length === forms.length);
  await refresh();
});
afterEach(async () => {
  await closeWindows();
  await Promise.all([decoy.stop(), server.stop()]);
});

const page = async (): Promise<readonly MessageView[]> => ann.messages(bo);
async function refresh(): Promise<void> {
  const messages = await page();
  rows = new Map(forms.map((form, index) => [form, messages[index]!]));
}
const blobOf = (form: SentForm): BlobId | null => rows.get(form)?.attachment?.blobId ?? null;
const those = (...comes: SentForm['comes'][]): SentForm[] => forms.filter((form) => comes.includes(form.comes));
/** Files in the folder of what is kept. */
const kept = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /media.[^/\\]+$/.test(name));

async function bytesOf(blobId: BlobId): Promise<Buffer> {
  const found = await ann.main.media.blob(blobId);
  const pieces: Uint8Array[] = [];
  for await (const piece of found?.read(0, found.sizeBytes) ?? []) pieces.push(piece);
  return Buffer.concat(pieces);
}
const download = (form: SentForm) => ann.main.router.handle('attachments:download', { rowId: rows.get(form)!.rowId });

describe('a conversation with files in every form', () => {
  test('names each and says where its bytes are', () => {
    for (const form of forms) {
      const { text, kind, attachment } = rows.get(form)!;
      expect(kind, form.label).toBe(form.type);
      if (form.name !== null) expect(text, form.label).toBe(form.name);
      if (form.comes === 'foreign')
        expect(attachment, form.label).toMatchObject({ source: 'foreign', foreignHost: new URL(decoy.origin).host });
      else if (form.comes === 'never') expect(attachment, form.label).toMatchObject({ source: 'none', blobId: null });
      else expect(attachment?.source, form.label).toMatch(/^(?:here|server)$/);
    }
  });

  test('fetches the images of the server by themselves and nothing else, and all the rest on a click', async () => {
    await ann.until(async () => {
      await refresh();
      return those('by-itself').every((form) => blobOf(form) !== null);
    });
    for (const form of those('by-itself')) {
      expect(Buffer.compare(await bytesOf(blobOf(form)!), Buffer.from(form.bytes)), form.label).toBe(0);
      expect(rows.get(form)?.attachment, form.label).toMatchObject({ source: 'here', width: 60, height: 40 });
    }
    for (const form of forms.filter(({ comes }) => comes !== 'by-itself')) expect(blobOf(form), form.label).toBeNull();
    expect(decoyHost.asked()).toEqual([]);
    const own = host.asked().map((line) => line.replace(/ as [\da-f]{36}$/, ' as me'));
    expect(own.every((line) => /^GET \/(?:media\/)?image\//.test(line) && line.endsWith(' as me'))).toBe(true);

    for (const form of those('on-click', 'foreign')) {
      const before = decoyHost.asked().length;
      expect(await download(form), form.label).toEqual({ ok: true, value: {} });
      await refresh();
      expect(Buffer.compare(await bytesOf(blobOf(form)!), Buffer.from(form.bytes)), form.label).toBe(0);
      expect(decoyHost.asked().length - before, form.label).toBe(form.comes === 'foreign' ? 1 : 0);
    }
    expect(decoyHost.asked().every((line) => line.startsWith('GET ') && !line.includes(' as '))).toBe(true);

    for (const form of those('never', 'damaged')) {
      const code = form.comes === 'never' ? 'not-a-file' : 'file-damaged';
      expect(await download(form), form.label).toMatchObject({ ok: false, error: { code } });
    }
    await refresh();
    for (const form of those('never', 'damaged')) expect(blobOf(form), form.label).toBeNull();
    expect(decoyHost.asked()).toHaveLength(those('foreign').length);
    // What was not what it said leaves nothing under any name but whole blobs.
    expect(kept().filter((name) => !/[\da-f]{64}$/.test(name))).toEqual([]);
    const whole = those('by-itself', 'on-click', 'foreign').length;
    const wrongSize = forms.filter(({ label }) => label.startsWith('wrong size')).length;
    expect(kept().length).toBeLessThanOrEqual(whole + wrongSize);
    expect(kept().length).toBeGreaterThanOrEqual(whole);
  });

  test('fetches what was fetched no second time, and again what is gone', async () => {
    const [form] = those('on-click').filter(({ label }) => label.startsWith('path'));
    expect(await download(form!)).toMatchObject({ ok: true });
    const asked = host.asked().filter((line) => line.includes('by%20path.bin')).length;
    expect(asked).toBe(1);
    expect(await download(form!)).toMatchObject({ ok: true });
    expect(host.asked().filter((line) => line.includes('by%20path.bin'))).toHaveLength(1);
  });
});

test('a download of nothing, of a text and of nobody is refused', async () => {
  for (const rowId of [999_999, 0])
    expect(await ann.main.router.handle('attachments:download', { rowId })).toMatchObject({ ok: false });
  expect(await ann.main.router.handle('transfers:cancel', { rowId: 999_999 })).toMatchObject({ ok: true });
});
