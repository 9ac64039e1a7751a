import { createHash, randomBytes } from 'node:crypto';
import { readAttachmentContent } from '../../src-shared/protocol/attachment-content.ts';
import { createSliceDecoder, encodeSlice, sliceBytes } from '../../src-shared/protocol/slices.ts';
import { acknowledged, historyOf, newMessageId, type Check, type Kit, type Person } from './kit.ts';
import { messageShape, must, mustEqual, mustHave } from './shapes.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

type Upload = { readonly kind: 'file' | 'image'; readonly name: string; readonly slices: readonly string[] };

function uploadFrame(
  { kind, name, slices }: Upload,
  from: Person,
  to: Person,
  messageId: number,
): { type: string; payload: Record<string, unknown> } {
  const envelope = { messageId, senderId: from.id, receiverId: to.id };
  return kind === 'file'
    ? { type: 'SEND_FILE', payload: { ...envelope, fileName: name, fileContent: slices } }
    : { type: 'SEND_IMAGE', payload: { ...envelope, imageName: name, imageContent: slices } };
}

/** Sends it, waits for its acknowledgement and its push, and gives the content that was pushed. */
async function upload(file: Upload, from: Person, to: Person): Promise<string> {
  const messageId = newMessageId();
  const { type, payload } = uploadFrame(file, from, to, messageId);
  from.client.send(type, payload);
  await acknowledged(from.client, messageId);
  return pushed(file.kind, from, to);
}

async function pushed(kind: 'file' | 'image', from: Person, to: Person): Promise<string> {
  const push = await to.client.next('MESSAGE_RECEIVED_OTHER', ({ type }) => type === 'MESSAGE_RECEIVED_OTHER');
  const message = mustHave(push.payload, messageShape, push.type);
  mustEqual(
    [message['senderId'], message['type'], message['status']],
    [from.id, kind, 'sent'],
    'sender, type and status',
  );
  return String(message['content']);
}

/** Standard base64 in slices, as the client sends them. */
function slicesOf(bytes: Uint8Array): string[] {
  const count = Math.ceil(bytes.length / sliceBytes);
  return Array.from({ length: count }, (_, index) =>
    encodeSlice(bytes.subarray(index * sliceBytes, (index + 1) * sliceBytes)),
  );
}

function decodeAll(slices: readonly string[]): Buffer {
  const decoder = createSliceDecoder();
  return Buffer.concat(
    [...slices.map((slice) => decoder.push(slice)), decoder.end()].map((result) => {
      must(result.ok, 'the content is no base64');
      return result.value;
    }),
  );
}

/** Where the content lies on the socket's own host, or null where it is somewhere else or in the content itself. */
function ownUrl(kit: Kit, content: string): URL | null {
  const read = readAttachmentContent(content);
  const place =
    read.kind === 'server-path'
      ? read.path
      : read.kind === 'http-url' || read.kind === 'descriptor'
        ? read.url
        : undefined;
  if (place === undefined) return null;
  const origin = kit.url.replace(/^ws/, 'http');
  const url = new URL(place, origin);
  return url.origin === new URL(origin).origin ? url : null;
}

/** The bytes behind a content, fetched with this token where they are on the socket's own host; null where they are elsewhere. */
async function bytesOf(kit: Kit, content: string, token: string): Promise<Buffer | null> {
  const url = ownUrl(kit, content);
  if (url !== null) {
    const response = await get(kit, url, { authorization: `Bearer ${token}` });
    mustEqual(response.status, 200, `the status of GET ${url.pathname}`);
    return Buffer.from(await response.arrayBuffer());
  }
  const read = readAttachmentContent(content);
  if (read.kind === 'slices') return decodeAll(read.slices);
  if (read.kind === 'base64' || (read.kind === 'data-url' && read.encoding === 'base64')) return decodeAll([read.data]);
  return read.kind === 'descriptor' && read.data !== undefined ? decodeAll([read.data]) : null;
}

const get = (kit: Kit, url: URL, headers: Readonly<Record<string, string>>) =>
  fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(kit.timeoutMs) });

async function mustArrive(kit: Kit, content: string, bytes: Uint8Array, readers: readonly Person[]): Promise<void> {
  for (const { token, name } of readers) {
    const got = await bytesOf(kit, content, token);
    if (got === null) continue;
    const [is, should] = [got, bytes].map(
      (data) => `${data.length} bytes ${createHash('sha256').update(data).digest('hex')}`,
    );
    mustEqual(is, should, `what ${name} downloads`);
  }
}

/** Files and images. Downloads are checked only where the content leads to the socket's own host or carries the bytes. */
export const fileChecks: readonly Check[] = [
  {
    name: 'SEND_FILE is acknowledged, pushed with type file, and both can have its bytes',
    async run(kit) {
      const [ann, bob] = [await kit.person('ann'), await kit.person('bob')];
      const bytes = Buffer.from('The quick brown fox\n你好\n');
      const content = await upload({ kind: 'file', name: 'fox 狐狸.txt', slices: slicesOf(bytes) }, ann, bob);
      await mustArrive(kit, content, bytes, [bob, ann]);
    },
  },
  {
    name: 'SEND_IMAGE is acknowledged, pushed with type image, and both can have its bytes',
    async run(kit) {
      const [ann, bob] = [await kit.person('ann'), await kit.person('bob')];
      const content = await upload({ kind: 'image', name: 'dot.png', slices: slicesOf(png) }, ann, bob);
      await mustArrive(kit, content, png, [bob, ann]);
    },
  },
  {
    name: 'a file of many slices comes through, sent as fragments of one WebSocket message',
    async run(kit) {
      const [ann, bob] = [await kit.person('ann'), await kit.person('bob')];
      const bytes = randomBytes(5 * sliceBytes + 1_000);
      const messageId = newMessageId();
      const text = JSON.stringify(
        uploadFrame({ kind: 'file', name: 'noise.bin', slices: slicesOf(bytes) }, ann, bob, messageId),
      );
      const pieces = Array.from({ length: Math.ceil(text.length / 65_536) }, (_, index) =>
        text.slice(index * 65_536, (index + 1) * 65_536),
      );
      ann.client.sendRaw(pieces);
      await acknowledged(ann.client, messageId);
      await mustArrive(kit, await pushed('file', ann, bob), bytes, [bob]);
    },
  },
  {
    name: 'a file whose payload comes before its type comes through',
    async run(kit) {
      const [ann, bob] = [await kit.person('ann'), await kit.person('bob')];
      const bytes = randomBytes(700_000);
      const messageId = newMessageId();
      const { type, payload } = uploadFrame(
        { kind: 'file', name: 'noise.bin', slices: slicesOf(bytes) },
        ann,
        bob,
        messageId,
      );
      ann.client.sendRaw(
        JSON.stringify({ payload: Object.fromEntries(Object.entries(payload).toReversed()), type }, null, 1),
      );
      await acknowledged(ann.client, messageId);
      await mustArrive(kit, await pushed('file', ann, bob), bytes, [bob]);
    },
  },
  {
    name: 'LOAD_MESSAGES has files and images as they were pushed',
    async run(kit) {
      const [ann, dan] = [await kit.person('ann'), await kit.newPerson()];
      const file = await upload({ kind: 'file', name: 'a.txt', slices: ['QUJD'] }, ann, dan);
      const image = await upload({ kind: 'image', name: 'a.png', slices: slicesOf(png) }, ann, dan);
      const rows = await historyOf(dan, ann);
      mustEqual(rows.find(({ type }) => type === 'file')?.['content'], file, 'the file');
      mustEqual(rows.find(({ type }) => type === 'image')?.['content'], image, 'the image');
    },
  },
  {
    name: 'a file is served to its two people only',
    claim: 'authorisation',
    async run(kit) {
      const [ann, bob, cem] = [await kit.person('ann'), await kit.person('bob'), await kit.person('cem')];
      const url = ownUrl(kit, await upload({ kind: 'file', name: 'a.txt', slices: ['QUJD'] }, ann, bob));
      if (url === null) return;
      const strangers: readonly Record<string, string>[] = [
        {},
        { authorization: 'Bearer nobody' },
        { authorization: `Bearer ${cem.token}` },
      ];
      for (const headers of strangers) {
        const { status } = await get(kit, url, headers);
        must([401, 403, 404].includes(status), `the status for somebody else is ${status}`);
      }
    },
  },
  {
    name: 'a repeated SEND_FILE is acknowledged again and kept once',
    claim: 'idempotency',
    async run(kit) {
      const [ann, dan] = [await kit.person('ann'), await kit.newPerson()];
      const messageId = newMessageId();
      const { type, payload } = uploadFrame({ kind: 'file', name: 'a.txt', slices: ['QUJD'] }, ann, dan, messageId);
      for (let round = 0; round < 2; round += 1) {
        ann.client.send(type, payload);
        await acknowledged(ann.client, messageId);
      }
      mustEqual((await historyOf(dan, ann)).length, 1, 'the length of the history');
    },
  },
];
