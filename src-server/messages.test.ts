import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadMessages, logInAgain, register, sendText, settle, type Payload, type Person } from './testing/client.ts';
import { startServer, stopServers, type RunningServer } from './testing/running-server.ts';

let server: RunningServer;
let ann: Person;
let bob: Person;

beforeEach(async () => {
  server = await startServer();
  ann = await register(server.url, 'Ann');
  bob = await register(server.url, 'Bob');
});
afterEach(stopServers);

const contentsOf = (rows: readonly Payload[]): string[] => rows.map((row) => row.content);

describe('a text message', () => {
  it('is acknowledged with the id the client chose, delivered and loaded', async () => {
    ann.send('SEND_MESSAGE', { messageId: 7, senderId: ann.id, receiverId: bob.id, content: '你好 👋' });
    const acknowledged = await ann.next('MESSAGE_RECEIVED_SELF');
    expect(acknowledged).toMatchObject({ messageId: 7, id: 7 });
    const message = {
      id: 7,
      senderId: ann.id,
      receiverId: bob.id,
      content: '你好 👋',
      timestamp: acknowledged.timestamp,
      status: 'sent',
      type: 'text',
    };
    expect(acknowledged.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(await bob.next('MESSAGE_RECEIVED_OTHER')).toEqual(message);
    expect(await loadMessages(bob, ann.id)).toEqual([message]);
    expect(await loadMessages(ann, bob.id)).toEqual([message]);
    expect(ann.untaken()).toEqual([]);
  });

  it('reaches every connection of both people but the one it came from', async () => {
    const annElsewhere = await logInAgain(server.url, ann);
    const bobElsewhere = await logInAgain(server.url, bob);
    const id = await sendText(ann, bob.id, 'hello');
    for (const other of [annElsewhere, bob, bobElsewhere]) {
      expect(await other.next('MESSAGE_RECEIVED_OTHER')).toMatchObject({ id, content: 'hello' });
    }
    await settle(ann);
    expect(ann.untaken()).toEqual([]);
  });

  it('waits for a receiver who is away', async () => {
    bob.socket.close();
    await bob.closed;
    await sendText(ann, bob.id, 'see you');
    const back = await logInAgain(server.url, bob, 'token');
    expect(contentsOf(await loadMessages(back, ann.id))).toEqual(['see you']);
  });

  it('sent twice is acknowledged twice and delivered once, also after a restart', async () => {
    await sendText(ann, bob.id, 'once', 7);
    await sendText(ann, bob.id, 'once', 7);
    await settle(bob);
    expect(bob.untaken().filter((type) => type === 'MESSAGE_RECEIVED_OTHER')).toHaveLength(1);
    server = await server.restart();
    const again = await logInAgain(server.url, ann, 'token');
    await sendText(again, bob.id, 'once', 7);
    expect(await loadMessages(again, bob.id)).toHaveLength(1);
  });

  it('keeps its own id for the sender where somebody else has it, and swallows nobody', async () => {
    const cyd = await register(server.url, 'Cyd');
    await sendText(ann, cyd.id, 'from Ann', 7);
    bob.send('SEND_MESSAGE', { messageId: 7, senderId: bob.id, receiverId: cyd.id, content: 'from Bob' });
    const { id } = await bob.next('MESSAGE_RECEIVED_SELF', (payload) => payload.messageId === 7);
    expect(id).not.toBe(7);
    expect(await cyd.next('MESSAGE_RECEIVED_OTHER', (row) => row.senderId === ann.id)).toMatchObject({ id: 7 });
    expect(await cyd.next('MESSAGE_RECEIVED_OTHER', (row) => row.senderId === bob.id)).toMatchObject({ id });
    expect(contentsOf(await loadMessages(cyd, bob.id))).toEqual(['from Bob']);
  });

  it('comes back as it was written', async () => {
    const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 200 }), 200);
    for (const [index, content] of texts.entries()) {
      ann.send('SEND_MESSAGE', { messageId: index, senderId: ann.id, receiverId: ann.id, content });
    }
    const kept = contentsOf(await loadMessages(ann, ann.id));
    expect(kept).toEqual(texts.map((text) => text.toWellFormed().replaceAll('\0', '\uFFFD')));
  });

  it('to nobody is ignored, and the connection goes on', async () => {
    ann.send('SEND_MESSAGE', { messageId: 8, senderId: ann.id, receiverId: 999_999, content: 'anyone?' });
    await sendText(ann, bob.id, 'hello');
    expect(ann.untaken()).toEqual([]);
  });

  it('that is too long closes with 1009 and is not kept', async () => {
    const request = { messageId: 8, senderId: ann.id, receiverId: bob.id };
    ann.send('SEND_MESSAGE', { ...request, content: '界'.repeat(22_000) });
    expect(await ann.closed).toEqual({ code: 1009 });
    const again = await logInAgain(server.url, ann, 'token');
    again.send('SEND_MESSAGE', { ...request, content: 'x'.repeat(600_000) });
    expect(await again.closed).toEqual({ code: 1009 });
    expect(await loadMessages(bob, ann.id)).toEqual([]);
  });
});

describe('many messages', () => {
  it('keep their order, and answers keep theirs', async () => {
    const count = 500;
    for (let i = 1; i <= count; i++) {
      ann.send('SEND_MESSAGE', { messageId: i, senderId: ann.id, receiverId: bob.id, content: String(i) });
    }
    const rows = await loadMessages(ann, bob.id);
    expect(contentsOf(rows)).toEqual(Array.from({ length: count }, (_, index) => String(index + 1)));
    expect(ann.untaken()).toEqual(Array.from({ length: count }, () => 'MESSAGE_RECEIVED_SELF'));
  });

  it('load as one frame however many there are, with what comes meanwhile behind it', async () => {
    const count = 2_001;
    for (let i = 1; i <= count; i++) {
      ann.send('SEND_MESSAGE', { messageId: i, senderId: ann.id, receiverId: bob.id, content: 'x'.repeat(500) });
    }
    await settle(ann);
    await settle(bob);
    const pushedBefore = bob.untaken().length;
    const loaded = loadMessages(bob, ann.id);
    bob.send('LOAD_CONTACTS', { userId: bob.id });
    await sendText(ann, bob.id, 'meanwhile');
    expect((await loaded).length).toBeGreaterThanOrEqual(count);
    await bob.next('CONTACTS_LOADED');
    await bob.next('MESSAGE_RECEIVED_OTHER', (row) => row.content === 'meanwhile');
    expect(pushedBefore).toBe(count);
  });
});

describe('reading', () => {
  it('is told to the sender and kept', async () => {
    const id = await sendText(ann, bob.id, 'hello');
    await bob.next('MESSAGE_RECEIVED_OTHER');
    bob.send('MARK_READ', { messageId: id });
    expect(await ann.next('MESSAGE_RECEIVED_OTHER')).toMatchObject({ id, senderId: ann.id, status: 'read' });
    expect((await loadMessages(ann, bob.id))[0].status).toBe('read');
    bob.send('MARK_READ', { messageId: id });
    await settle(bob);
    await settle(ann);
    expect(ann.untaken()).toEqual([]);
  });

  it('is for the receiver alone to say', async () => {
    const cyd = await register(server.url, 'Cyd');
    const id = await sendText(ann, bob.id, 'hello');
    ann.send('MARK_READ', { messageId: id });
    cyd.send('MARK_READ', { messageId: id });
    await settle(cyd);
    expect((await loadMessages(ann, bob.id))[0].status).toBe('sent');
  });
});

describe('clearing', () => {
  const clear = (person: Person, other: Person) =>
    person.ask('CLEAR_MESSAGES', { requesterUserId: person.id, targetUserId: other.id }, 'MESSAGE_RECEIVED_OTHER');

  it('empties the requester’s copy alone', async () => {
    await sendText(ann, bob.id, 'one');
    await bob.next('MESSAGE_RECEIVED_OTHER');
    expect(await clear(bob, ann)).toEqual({ userId: bob.id, targetUserId: ann.id });
    expect(await loadMessages(bob, ann.id)).toEqual([]);
    expect(contentsOf(await loadMessages(ann, bob.id))).toEqual(['one']);
    await sendText(ann, bob.id, 'two');
    expect(contentsOf(await loadMessages(bob, ann.id))).toEqual(['two']);
  });

  it('by both wipes it for good, and a repeat stays a repeat', async () => {
    for (let i = 1; i <= 450; i++) {
      ann.send('SEND_MESSAGE', { messageId: i, senderId: ann.id, receiverId: bob.id, content: 'secret' });
    }
    await settle(ann);
    await clear(ann, bob);
    bob.untaken();
    bob.send('CLEAR_MESSAGES', { requesterUserId: bob.id, targetUserId: ann.id });
    await bob.next('MESSAGE_RECEIVED_OTHER', (payload) => payload.targetUserId === ann.id);
    await sendText(ann, bob.id, 'secret', 3);
    server = await server.restart();
    const again = await logInAgain(server.url, ann, 'token');
    expect(await loadMessages(again, bob.id)).toEqual([]);
  });
});
