import { describe, expect, it } from 'vitest';
import { blob, bytesOfBlob, received } from './testing/files.ts';
import {
  anna,
  fromMe,
  merge,
  messagesOf,
  noRow,
  openTestStore,
  textsOf,
  wire,
  type TestStore,
} from './testing/test-store.ts';

const origin = 'https://chat.example:8443';
const store = (): TestStore => openTestStore(null, undefined, origin);

/** Small enough to stay in the database, and large enough to leave it. */
const small = Buffer.from('a small picture, or so it says, of more than forty-eight bytes');
const large = Buffer.alloc(200_000, 'large ');
const base64 = (bytes: Buffer): string => bytes.toString('base64');

describe('where the bytes of a file are', () => {
  it.each<[string, string, string, string, object]>([
    ['a path on the server', '/files/abc.png', 'server', '', { kind: 'own', pathOrUrl: '/files/abc.png' }],
    ['an address of the server', `${origin}/f/1`, 'server', '', { kind: 'own', pathOrUrl: `${origin}/f/1` }],
    [
      'the same host without encryption',
      'http://chat.example:8443/f',
      'foreign',
      'chat.example:8443',
      { kind: 'url', url: 'http://chat.example:8443/f' },
    ],
    [
      'another port',
      'https://chat.example/f',
      'foreign',
      'chat.example',
      { kind: 'url', url: 'https://chat.example/f' },
    ],
    [
      'another host',
      'https://evil.example/f?id=1',
      'foreign',
      'evil.example',
      { kind: 'url', url: 'https://evil.example/f?id=1' },
    ],
    ['a data URL', `data:image/png;base64,${base64(small)}`, 'server', '', { kind: 'inline' }],
    ['slices', JSON.stringify([base64(small)]), 'server', '', { kind: 'inline' }],
    ['base64', base64(small), 'server', '', { kind: 'inline' }],
    [
      'a descriptor with bytes',
      JSON.stringify({ name: 'a.png', data: base64(small) }),
      'server',
      '',
      { kind: 'inline' },
    ],
    ['a name', 'holiday.png', 'none', '', { kind: 'none' }],
  ])('is told by %s', (_, content, source, foreignHost, expected) => {
    const on = store();
    const message = received(on, content);
    const none = { blobId: null, thumbId: null, width: null, height: null, isDamaged: false };
    expect(message.attachment).toEqual({ ...none, source, foreignHost });
    expect(on.getAttachment({ rowId: message.rowId })).toMatchObject({
      messageKind: 'image',
      isMine: false,
      source: expected,
    });
  });

  it('comes with size, hash and sides where the server says them', () => {
    const on = store();
    const sha256 = 'ab'.repeat(32);
    const content = JSON.stringify({
      name: 'a.png',
      size: 70,
      mime: 'image/png',
      sha256,
      width: 30,
      height: 20,
      url: '/f/1',
    });
    const message = received(on, content);
    expect(message).toMatchObject({
      text: 'a.png',
      sizeBytes: 70,
      attachment: { width: 30, height: 20, source: 'server' },
    });
    expect(on.getAttachment({ rowId: message.rowId })).toMatchObject({
      name: 'a.png',
      sizeBytes: 70,
      sha256,
      blobId: null,
    });
  });

  it('is nothing for a text, for a row that is not there and for one that was removed', () => {
    const on = store();
    const [text] = on.applyPushed({ messages: [wire(5, '/files/abc.png')], nowMs: 1 }).messages;
    expect(text?.attachment).toBeNull();
    expect(on.getAttachment({ rowId: text?.rowId ?? noRow })).toBeNull();
    expect(on.getAttachment({ rowId: noRow })).toBeNull();
    const { rowId } = received(on, '/files/abc.png');
    on.deleteMessage({ rowId, nowMs: 2 });
    expect(on.getAttachment({ rowId })).toBeNull();
  });

  it('is found anew in the content where what was known of it is damaged or was never written', () => {
    const on = store();
    received(on, '/files/abc.png', 'image', 1);
    received(on, 'https://evil.example/x', 'file', 2);
    on.store.context.db.run("UPDATE attachments SET address = '/files/xyz.png' WHERE message_row = 1");
    on.store.context.db.run('DELETE FROM attachments WHERE message_row = 2');
    expect(on.getAttachment({ rowId: messagesOf(on)[0]?.rowId ?? noRow })).toMatchObject({
      source: { pathOrUrl: '/files/abc.png' },
    });
    expect(messagesOf(on).map((row) => row.attachment?.source)).toEqual(['server', 'foreign']);
  });

  it('is known of every file of a long history', () => {
    const on = store();
    const history = Array.from({ length: 130 }, (_, i) =>
      i % 3 === 0 ? wire(i + 1, `/files/${i}.png`, { type: 'image' }) : wire(i + 1, `text ${i}`),
    );
    merge(on, history);
    for (const { attachment, text, kind } of messagesOf(on))
      expect(`${attachment?.source}:${text}`).toBe(kind === 'text' ? `undefined:${text}` : `server:${text}`);
    const images = on.listMedia({ peerId: anna, kind: 'image', before: null, limit: 50 }).messages;
    for (const { rowId, text } of images)
      expect(on.getAttachment({ rowId })?.source).toEqual({ kind: 'own', pathOrUrl: `/files/${text}` });
    expect(images).toHaveLength(44);
  });
});

describe('bytes inside a message', () => {
  it.each<[string, (bytes: Buffer) => string]>([
    ['a data URL', (bytes) => `data:image/png;base64,${base64(bytes)}`],
    [
      'a data URL without base64',
      (bytes) => `data:,${[...bytes].map((one) => `%${one.toString(16).padStart(2, '0')}`).join('')}`,
    ],
    ['base64', base64],
    ['slices', (bytes) => JSON.stringify([base64(bytes.subarray(0, 30)), base64(bytes.subarray(30))])],
    ['a descriptor', (bytes) => JSON.stringify({ name: 'a', data: base64(bytes) })],
  ])('are read in pieces from %s', (_, contentOf) => {
    const on = store();
    const { rowId } = received(on, contentOf(small));
    const pieces: Uint8Array[] = [];
    for (let offset = 0; ;) {
      const piece = on.readInline({ rowId, offset, maxBytes: 20 });
      if (piece === 'invalid') throw new Error('unreadable');
      pieces.push(piece.bytes);
      offset += piece.bytes.length;
      if (piece.isEnd) break;
      expect(piece.bytes).toHaveLength(20);
    }
    expect(Buffer.concat(pieces)).toEqual(small);
  });

  it('go to main piece by piece, never the whole file with each, and for several files in turn', () => {
    const on = store();
    const rows = [1, 2, 3].map((id) => received(on, JSON.stringify([base64(large)]), 'file', id).rowId);
    for (let offset = 0; offset < large.length; offset += 50_000) {
      for (const rowId of rows) {
        const piece = on.readInline({ rowId, offset, maxBytes: 50_000 });
        if (piece === 'invalid') throw new Error('unreadable');
        expect(piece.bytes.buffer.byteLength).toBe(50_000);
        expect(Buffer.compare(piece.bytes, large.subarray(offset, offset + 50_000))).toBe(0);
        expect(piece.isEnd).toBe(offset === 150_000);
      }
    }
  });

  it('that are none are called invalid', () => {
    const on = store();
    const cut = `${'A'.repeat(65)}===`;
    for (const [id, content] of [`data:image/png;base64,${cut}`, '/files/a', 'a name', '["A==="]'].entries())
      expect(on.readInline({ rowId: received(on, content, 'image', id + 1).rowId, offset: 0, maxBytes: 9 })).toBe(
        'invalid',
      );
    expect(on.readInline({ rowId: noRow, offset: 0, maxBytes: 9 })).toBe('invalid');
  });

  it('that were broken on the way are said to be damaged, not a name with nothing behind it', () => {
    const whole = large.toString('base64').slice(0, 4_000);
    const broken = [`${whole.slice(0, 90)}*${whole}`, `${whole}A`, `["${whole}","${whole}`, `["${whole}",7]`];
    for (const [index, content] of [...broken, JSON.stringify({ name: 'a.png', data: `!${whole}` })].entries()) {
      const on = store();
      const { rowId, attachment, text } = received(on, content);
      expect([attachment?.source, text]).toEqual(['server', index < broken.length ? 'image' : 'a.png']);
      expect(on.readInline({ rowId, offset: 0, maxBytes: 9 })).toBe('invalid');
    }
  });

  it('leave the database when they are large and kept as a blob, and no history takes them for others', () => {
    const on = store();
    const content = JSON.stringify([base64(large)]);
    const { rowId } = received(on, content);
    const changes = on.setBlob({ rowId, ...bytesOfBlob(1), width: 5, height: 6 });
    expect(changes.messages).toMatchObject([
      { sizeBytes: 1_001, attachment: { blobId: blob(1), width: 5, height: 6, source: 'here' } },
    ]);
    const { db } = on.store.context;
    expect(db.get('SELECT content FROM messages')).toEqual({ content: null });
    expect(merge(on, [wire(1, content, { type: 'image' })]).changes.messages).toEqual([]);
    expect(messagesOf(on)).toHaveLength(1);
    expect(db.get('SELECT content FROM messages')).toEqual({ content: null });
  });

  it('come back with the next history where the blob was found damaged after that', () => {
    const on = store();
    const content = JSON.stringify([base64(large)]);
    const { rowId } = received(on, content);
    on.setBlob({ rowId, ...bytesOfBlob(1) });
    on.dropDamaged({ blobId: blob(1) });
    expect(messagesOf(on)[0]?.attachment).toMatchObject({ blobId: null, source: 'none' });
    merge(on, [wire(1, content, { type: 'image' })]);
    expect(messagesOf(on)).toMatchObject([{ rowId, attachment: { blobId: null, source: 'server' } }]);
    expect(on.readInline({ rowId, offset: 199_999, maxBytes: 10 })).toEqual({
      bytes: new Uint8Array(large.subarray(199_999)),
      isEnd: true,
    });
  });
});

describe('the pictures and files of a conversation', () => {
  it('come latest first, a page at a time, without what was removed', () => {
    const on = store();
    merge(
      on,
      [1, 2, 3, 4, 5].map((id) => wire(id, `${id}.png`, { type: 'image' })),
    );
    merge(on, [fromMe(9, 'a.zip', { type: 'file' })]);
    const gone = messagesOf(on).find((message) => message.text === '2.png')?.rowId ?? noRow;
    on.deleteMessage({ rowId: gone, nowMs: 1 });
    const page = on.listMedia({ peerId: anna, kind: 'image', before: null, limit: 2 });
    expect(page).toMatchObject({ messages: [{ text: '5.png' }, { text: '4.png' }], hasMore: true });
    const before = page.messages.at(-1)?.position ?? 0;
    const rest = on.listMedia({ peerId: anna, kind: 'image', before, limit: 2 });
    expect(rest).toMatchObject({ messages: [{ text: '3.png' }, { text: '1.png' }], hasMore: false });
    expect(on.listMedia({ peerId: anna, kind: 'file', before: null, limit: 2 }).messages).toMatchObject([
      { text: 'a.zip' },
    ]);
    expect(textsOf(on)).toHaveLength(5);
  });
});
