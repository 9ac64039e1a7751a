import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { connect, logInAgain, password, register, sendText, settle } from './testing/client.ts';
import { createFakeClock } from './testing/fake-clock.ts';
import { startServer, stopServers } from './testing/running-server.ts';

afterEach(stopServers);

describe('before login', () => {
  it('a connection has ten seconds, and ten more after each refusal', async () => {
    const clock = createFakeClock();
    const { url } = await startServer({}, { clock });
    const silent = await connect(url);
    const trying = await connect(url);
    clock.advance(9_000);
    await trying.ask('LOGIN', { username: 'Nobody', password }, 'LOGIN_FAILURE');
    clock.advance(1_000);
    expect(await silent.closed).toEqual({ code: 4401 });
    clock.advance(8_000);
    await trying.ask('LOGIN_BY_TOKEN', { token: 'none' }, 'LOGIN_FAILURE');
    clock.advance(10_000);
    expect(await trying.closed).toEqual({ code: 4401 });
  });

  it('a connection has so many tries and so many bytes', async () => {
    const { url } = await startServer({ limits: { maxLoginsPerConnection: 2 } });
    const trying = await connect(url);
    await trying.ask('LOGIN_BY_TOKEN', { token: 'none' }, 'LOGIN_FAILURE');
    trying.send('LOGIN_BY_TOKEN', { token: 'none' });
    expect(await trying.closed).toEqual({ code: 4401 });
    const talking = await connect(url);
    talking.socket.send('x'.repeat(70_000), { fin: false });
    expect(await talking.closed).toEqual({ code: 1006 });
  });

  it('everything else is refused, and three times without an answer closes', async () => {
    const { url } = await startServer();
    const client = await connect(url);
    const failure = { error: 'Please log in first.' };
    expect(await client.ask('LOAD_CONTACTS', { userId: 1 }, 'CONTACTS_LOADED_FAILED')).toEqual(failure);
    for (let i = 0; i < 3; i++) client.send('LOAD_MESSAGES', { userId: 1, targetId: 2 });
    expect(await client.closed).toEqual({ code: 1008 });
  });
});

describe('frames that are none', () => {
  it('are ignored', async () => {
    const { url, log } = await startServer();
    const ann = await register(url, 'Ann');
    const junk = ['', '{', 'null', '[]', '{"type":1}', '{"type":"HELLO"}', '{"type":"LOAD_CONTACTS"}', '['.repeat(50)];
    for (const text of junk) ann.socket.send(text);
    ann.socket.send(Buffer.from([1, 2, 3]));
    await settle(ann);
    expect(ann.untaken()).toEqual([]);
    expect(log.filter(({ event }) => event === 'frame-rejected')).toHaveLength(junk.length + 1);
  });

  it('close the connection above twenty in a minute', async () => {
    const clock = createFakeClock();
    const { url } = await startServer({}, { clock });
    const ann = await register(url, 'Ann');
    for (let i = 0; i < 20; i++) ann.socket.send('junk');
    await settle(ann);
    clock.advance(61_000);
    for (let i = 0; i < 21; i++) ann.socket.send('junk');
    expect(await ann.closed).toEqual({ code: 1002 });
  });
});

describe('a connection', () => {
  it('is pinged, and ended when it is silent for forty seconds', async () => {
    const clock = createFakeClock();
    const { url } = await startServer({}, { clock });
    const ann = await register(url, 'Ann');
    const deaf = await logInAgain(url, ann);
    deaf.socket.pause();
    const pinged = once(ann.socket, 'ping');
    clock.advance(20_000);
    await pinged;
    await settle(ann);
    clock.advance(20_000);
    deaf.socket.resume();
    expect(await deaf.closed).toEqual({ code: 1006 });
    await settle(ann);
  });

  it('is ended when a message drips in', async () => {
    const clock = createFakeClock();
    const { url } = await startServer({}, { clock });
    const ann = await register(url, 'Ann');
    ann.socket.send('{"type":"SEND', { fin: false });
    const ponged = once(ann.socket, 'pong');
    ann.socket.ping();
    await ponged;
    clock.advance(9_000);
    expect(ann.socket.readyState).toBe(ann.socket.OPEN);
    clock.advance(2_000);
    expect(await ann.closed).toEqual({ code: 1006 });
  });

  it('above its rate waits, and loses nothing', async () => {
    const clock = createFakeClock();
    const { url } = await startServer({ limits: { requestsPerSecond: 10, requestBurst: 5 } }, { clock });
    const ann = await register(url, 'Ann');
    for (let i = 1; i <= 7; i++) {
      ann.send('SEND_MESSAGE', { messageId: i, senderId: ann.id, receiverId: ann.id, content: 'x' });
    }
    const acknowledged = (messageId: number) =>
      ann.next('MESSAGE_RECEIVED_SELF', (payload) => payload.messageId === messageId);
    for (let i = 1; i <= 5; i++) await acknowledged(i);
    expect(ann.untaken()).toEqual([]);
    clock.advance(100);
    await acknowledged(6);
    expect(ann.untaken()).toEqual([]);
    clock.advance(100);
    await acknowledged(7);
  });

  it('that does not read gets no more pushes, and nobody else suffers', async () => {
    const { url, log } = await startServer({ limits: { skipPushesAboveBytes: 1_000_000 } });
    const ann = await register(url, 'Ann');
    const bob = await register(url, 'Bob');
    bob.socket.pause();
    const text = 'x'.repeat(60_000);
    for (let i = 1; i < 200; i++) {
      ann.send('SEND_MESSAGE', { messageId: i, senderId: ann.id, receiverId: bob.id, content: text });
    }
    await sendText(ann, bob.id, text);
    expect(log.some(({ event }) => event === 'push-skipped')).toBe(true);
    bob.socket.resume();
    const rows = await bob.ask('LOAD_MESSAGES', { userId: bob.id, targetId: ann.id }, 'MESSAGES_LOADED');
    expect(rows).toHaveLength(200);
  });
});
