import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exifSegment, jpeg, png } from '../src-shared/media/testing/sample-images.ts';
import { loadMessages, logInAgain, register, settle, type Person } from './testing/client.ts';
import { startServer, stopServers, type RunningServer } from './testing/running-server.ts';
import { descriptorOf, sendFile } from './testing/upload.ts';

let server: RunningServer;
let ann: Person;
let bob: Person;

beforeEach(async () => {
  server = await startServer();
  ann = await register(server.url, 'Ann');
  bob = await register(server.url, 'Bob');
});
afterEach(stopServers);

const storedFiles = (): string[] => readdirSync(path.join(server.dataDir, 'files'));
const urlOf = (file: string): string => new URL(file, server.url.replace('ws:', 'http:')).href;
const download = (file: string, token: string | null, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(urlOf(file), {
    method,
    headers: { ...headers, ...(token === null ? {} : { Authorization: `Bearer ${token}` }) },
  });
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

/** Sends and returns what the receiver is told. */
async function deliver(bytes: Uint8Array, given: Parameters<typeof sendFile>[3] = {}) {
  const messageId = sendFile(ann, bob.id, bytes, given);
  await ann.next('MESSAGE_RECEIVED_SELF', (payload) => payload.messageId === messageId);
  const message = await bob.next('MESSAGE_RECEIVED_OTHER', (row) => row.id === messageId);
  return { messageId, message, file: descriptorOf(message) };
}

describe('a file', () => {
  it('arrives whole, small or large, with its size, hash and cleaned name', async () => {
    for (const size of [1, 3, 100_000, 2_000_003]) {
      const bytes = randomBytes(size);
      const { message, file } = await deliver(bytes, { name: '../plan\u202Egnp.exe' });
      expect(message.type).toBe('file');
      expect(file).toEqual({
        name: 'plan\uFFFDgnp.exe',
        size,
        mime: 'application/octet-stream',
        sha256: createHash('sha256').update(bytes).digest('hex'),
        url: expect.stringMatching(/^\/files\/[\w-]{43}$/),
      });
      expect((await bytesOf(await download(file.url, bob.token))).equals(bytes)).toBe(true);
    }
    expect(await loadMessages(ann, bob.id)).toHaveLength(4);
  });

  it('may be empty, or one long slice, or slices cut anywhere', async () => {
    const bytes = randomBytes(700_001);
    const base64 = bytes.toString('base64');
    const forms = [[''], [], [base64], [base64.slice(0, 10), base64.slice(10, 131_073), base64.slice(131_073)]];
    for (const [index, fileContent] of forms.entries()) {
      const envelope = { messageId: index + 1, senderId: ann.id, receiverId: bob.id, fileName: 'x' };
      ann.send('SEND_FILE', { ...envelope, fileContent });
      const file = descriptorOf(await bob.next('MESSAGE_RECEIVED_OTHER'));
      const received = await bytesOf(await download(file.url, ann.token));
      expect(received.equals(index < 2 ? Buffer.alloc(0) : bytes)).toBe(true);
    }
  });

  it('that is a picture says so by its bytes', async () => {
    const heads: Record<string, Uint8Array> = {
      'image/png': Buffer.from('89504e470d0a1a0a0000', 'hex'),
      'image/jpeg': Buffer.from('ffd8ffe000104a464946', 'hex'),
      'image/gif': Buffer.from('GIF89a........'),
      'image/webp': Buffer.from('RIFF....WEBPVP8 '),
      'application/octet-stream': Buffer.from('<svg onload="alert(1)"/>'),
    };
    for (const [mime, bytes] of Object.entries(heads)) {
      const { message, file } = await deliver(bytes, { as: 'image', name: 'a.png' });
      expect(message.type).toBe('image');
      expect(file.mime).toBe(mime);
      expect((await download(file.url, bob.token)).headers.get('content-type')).toBe(mime);
    }
  });

  it('that is a picture says how large it is shown, where it says so itself', async () => {
    const turned = jpeg(640, 480, exifSegment(6));
    expect((await deliver(turned, { as: 'image' })).file).toMatchObject({
      mime: 'image/jpeg',
      width: 480,
      height: 640,
    });
    expect((await deliver(png(70_000, 1))).file).not.toHaveProperty('width');
    expect((await deliver(turned.subarray(0, 20))).file).not.toHaveProperty('width');
    // However it is cut into slices, and not by what comes later.
    const base64 = Buffer.from(png(64, 48)).toString('base64');
    const other = Buffer.from('not a picture yet '.repeat(10)).toString('base64');
    for (const [index, slices] of [[...(base64.match(/.{1,4}/g) ?? [])], [other, base64]].entries()) {
      const envelope = { messageId: 100 + index, senderId: ann.id, receiverId: bob.id, imageName: 'x' };
      ann.send('SEND_IMAGE', { ...envelope, imageContent: slices });
      const message = await bob.next('MESSAGE_RECEIVED_OTHER', (row) => row.id === 100 + index);
      expect(descriptorOf(message)).toMatchObject(
        index === 0 ? { mime: 'image/png', width: 64, height: 48 } : { mime: 'application/octet-stream' },
      );
    }
  });

  it('sent twice is kept once', async () => {
    const { messageId } = await deliver(randomBytes(50_000));
    sendFile(ann, bob.id, randomBytes(50_000), { messageId });
    await ann.next('MESSAGE_RECEIVED_SELF');
    expect(storedFiles()).toHaveLength(1);
    expect(await loadMessages(bob, ann.id)).toHaveLength(1);
  });

  it('that both have cleared is removed', async () => {
    await deliver(randomBytes(1_000));
    for (const [me, other] of [
      [ann, bob],
      [bob, ann],
    ] as const) {
      expect(storedFiles()).toHaveLength(1);
      me.send('CLEAR_MESSAGES', { requesterUserId: me.id, targetUserId: other.id });
      await me.next('MESSAGE_RECEIVED_OTHER', (payload) => payload.userId === me.id);
      await settle(me);
    }
    await expect.poll(storedFiles).toEqual([]);
  });

  it('that a crash left without a message is swept at the next start', async () => {
    const { file } = await deliver(randomBytes(1_000));
    writeFileSync(path.join(server.dataDir, 'files', 'x'.repeat(43)), 'orphan');
    writeFileSync(path.join(server.dataDir, 'files', 'half.part'), 'half');
    server = await server.restart();
    expect(storedFiles()).toEqual([file.url.slice('/files/'.length)]);
  });
});

describe('a file that is refused closes the connection with a code that says why', () => {
  const refusal = async (limits: object, send: (person: Person) => void): Promise<number> => {
    server = await startServer({ limits });
    const person = await register(server.url, 'Cyd');
    send(person);
    const { code } = await person.closed;
    expect(storedFiles()).toEqual([]);
    expect(await loadMessages(await logInAgain(server.url, person, 'token'), person.id)).toEqual([]);
    return code;
  };

  it('1009 above the size limit', async () => {
    expect(await refusal({ maxFileBytes: 100_000 }, (me) => sendFile(me, me.id, randomBytes(100_001)))).toBe(1009);
  });

  it('1008 above what one person, or all, may keep', async () => {
    expect(await refusal({ maxStoredBytesPerPerson: 10 }, (me) => sendFile(me, me.id, randomBytes(11)))).toBe(1008);
    expect(await refusal({ maxStoredBytes: 10 }, (me) => sendFile(me, me.id, randomBytes(11)))).toBe(1008);
  });

  it('1007 when it is no base64', async () => {
    const bad = (me: Person) => ({
      messageId: 1,
      senderId: me.id,
      receiverId: me.id,
      fileName: 'x',
      fileContent: ['a*b='],
    });
    expect(await refusal({}, (me) => me.send('SEND_FILE', bad(me)))).toBe(1007);
  });
});

describe('a download', () => {
  it('is for the two people of the message alone, and tells others nothing', async () => {
    const { file } = await deliver(randomBytes(100));
    const cyd = await register(server.url, 'Cyd');
    const statusOf = async (url: string, token: string | null) => (await download(url, token)).status;
    expect(await statusOf(file.url, ann.token)).toBe(200);
    expect(await statusOf(file.url, cyd.token)).toBe(404);
    expect(await statusOf(`/files/${'A'.repeat(43)}`, ann.token)).toBe(404);
    expect(await statusOf('/files/../kith.db', ann.token)).not.toBe(200);
    expect(await statusOf('/files/%2e%2e%2fkith.db', ann.token)).toBe(404);
    expect(await statusOf(file.url, null)).toBe(401);
    expect(await statusOf(file.url, 'A'.repeat(43))).toBe(401);
    await bob.ask('LOGOUT', { userId: bob.id }, 'LOGOUT_SUCCESS');
    expect(await statusOf(file.url, bob.token)).toBe(401);
  });

  it('comes with headers that keep it a file', async () => {
    const { file } = await deliver(Buffer.from('<script>'), { name: "图 (1)'.html" });
    const { headers } = await download(file.url, bob.token);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''%E5%9B%BE%20%281%29%27.html");
    expect(headers.get('etag')).toBe(`"${file.sha256}"`);
  });

  it('can be had in parts', async () => {
    const bytes = randomBytes(1_000);
    const { file } = await deliver(bytes);
    const parts: readonly (readonly [string, number, number, number])[] = [
      ['bytes=0-9', 206, 0, 10],
      ['bytes=990-', 206, 990, 1_000],
      ['bytes=-10', 206, 990, 1_000],
      ['bytes=-5000', 206, 0, 1_000],
      ['bytes=500-5000', 206, 500, 1_000],
      ['bytes=9-0', 200, 0, 1_000],
      ['bytes=0-1,5-6', 200, 0, 1_000],
      ['lines=1-2', 200, 0, 1_000],
    ];
    for (const [range, status, start, end] of parts) {
      const response = await download(file.url, bob.token, { Range: range });
      expect(response.status, range).toBe(status);
      if (status === 206) expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/1000`);
      expect((await bytesOf(response)).equals(bytes.subarray(start, end)), range).toBe(true);
    }
    for (const range of ['bytes=1000-', 'bytes=-0']) {
      const response = await download(file.url, bob.token, { Range: range });
      expect(response.status, range).toBe(416);
      expect(response.headers.get('content-range')).toBe('bytes */1000');
    }
  });

  it('can be gone on with where it is the same file, else it comes whole', async () => {
    const bytes = randomBytes(1_000);
    const { file } = await deliver(bytes);
    const rest = (ifRange: string) => download(file.url, bob.token, { Range: 'bytes=900-', 'If-Range': ifRange });
    const same = await rest(`"${file.sha256}"`);
    expect(same.status).toBe(206);
    expect((await bytesOf(same)).equals(bytes.subarray(900))).toBe(true);
    for (const other of ['"another"', `W/"${file.sha256}"`, 'Wed, 21 Oct 2015 07:28:00 GMT']) {
      const whole = await rest(other);
      expect(whole.status, other).toBe(200);
      expect((await bytesOf(whole)).equals(bytes), other).toBe(true);
    }
  });

  it('knows GET and HEAD only', async () => {
    const { file } = await deliver(randomBytes(100));
    const head = await download(file.url, bob.token, {}, 'HEAD');
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '100']);
    expect((await download(file.url, bob.token, {}, 'DELETE')).status).toBe(405);
    expect((await fetch(urlOf('/'))).status).toBe(426);
  });
});
