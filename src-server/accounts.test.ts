import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, logInAgain, password, register, settle, type Client } from './testing/client.ts';
import { createFakeClock } from './testing/fake-clock.ts';
import { startServer, stopServers, type RunningServer } from './testing/running-server.ts';

let server: RunningServer;

beforeEach(async () => {
  server = await startServer();
});
afterEach(stopServers);

const tryLogIn = async (client: Client, username: string, secret = password) => {
  client.send('LOGIN', { username, password: secret });
  const { type, payload } = await client.nextFrame((frame) => frame.type.startsWith('LOGIN_'));
  return { ok: type === 'LOGIN_SUCCESS', payload };
};

describe('registration', () => {
  it('answers with the account and logs the connection in', async () => {
    const client = await connect(server.url);
    const request = { username: ' 小明 ', password, email: 'ming@example.org' };
    const account = await client.ask('REGISTER', request, 'REGISTER_SUCCESS');
    expect(account).toEqual({
      userId: expect.any(Number),
      username: '小明',
      email: 'ming@example.org',
      avatar: '',
      token: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(await client.ask('LOAD_CONTACTS', { userId: account.userId }, 'CONTACTS_LOADED')).toEqual({ contacts: [] });
  });

  it('refuses bad input and taken names as REGISTER_SUCCESS with an error, and lets the person try again', async () => {
    await register(server.url, 'Ann');
    const client = await connect(server.url);
    const refused = [
      { username: 'ANN', password, email: '' },
      { username: 'Ａｎｎ', password, email: '' },
      { username: '  ', password, email: '' },
      { username: 'x'.repeat(65), password, email: '' },
      { username: 'a\nb', password, email: '' },
      { username: 'Bob', password: 'short', email: '' },
      { username: 'Bob', password: 'x'.repeat(129), email: '' },
      { username: 'Bob', password, email: 'nowhere' },
    ];
    for (const request of refused) {
      const reply = await client.ask('REGISTER', request, 'REGISTER_SUCCESS');
      expect(reply, JSON.stringify(request)).toEqual({ error: expect.stringMatching(/\.$/) });
    }
    const reply = await client.ask('REGISTER', { username: 'Bob', password, email: '' }, 'REGISTER_SUCCESS');
    expect(reply.error).toBeUndefined();
  });

  it('gives one name once, however many ask for it at the same time', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => connect(server.url)));
    const request = { username: 'Ann', password, email: '' };
    const replies = await Promise.all(clients.map((client) => client.ask('REGISTER', request, 'REGISTER_SUCCESS')));
    expect(replies.filter((reply) => reply.error === undefined)).toHaveLength(1);
  });

  it('can be closed', async () => {
    const closed = await startServer({ registration: 'closed' });
    await expect(register(closed.url, 'Ann')).rejects.toThrow('takes no new accounts');
  });
});

describe('login', () => {
  it('takes the name as people write it, and gives each device its own token', async () => {
    const ann = await register(server.url, 'Ann');
    const client = await connect(server.url);
    const { ok, payload } = await tryLogIn(client, ' ann ');
    expect(ok).toBe(true);
    expect(payload).toMatchObject({ userId: ann.id, username: 'Ann' });
    expect(payload.token).not.toBe(ann.token);
  });

  it('answers a wrong password and an unknown name alike', async () => {
    await register(server.url, 'Ann');
    const client = await connect(server.url);
    const wrong = await tryLogIn(client, 'Ann', 'wrong password');
    const unknown = await tryLogIn(client, 'Nobody');
    expect(wrong).toEqual({ ok: false, payload: { error: 'Wrong name or password.' } });
    expect(unknown).toEqual(wrong);
  });

  it('is refused on a connection that is logged in, which stays as it is', async () => {
    const ann = await register(server.url, 'Ann');
    await register(server.url, 'Bob');
    expect(await tryLogIn(ann, 'Bob')).toMatchObject({ ok: false });
    const request = { username: 'Cyd', password, email: '' };
    expect(await ann.ask('REGISTER', request, 'REGISTER_SUCCESS')).toHaveProperty('error');
    await settle(ann);
  });

  it('slows guessing down, but not a device with its token', async () => {
    const clock = createFakeClock();
    const slow = await startServer({}, { clock });
    const ann = await register(slow.url, 'Ann');
    const client = await connect(slow.url);
    for (let i = 0; i < 5; i++)
      expect((await tryLogIn(client, 'Ann', 'wrong password')).payload.error).toMatch(/^Wrong/);
    expect(await tryLogIn(client, 'Ann')).toEqual({
      ok: false,
      payload: { error: 'Too many attempts. Please try again in 1 s.' },
    });
    await logInAgain(slow.url, ann, 'token');
    clock.advance(1_000);
    expect(await tryLogIn(client, 'Ann')).toMatchObject({ ok: true });
  });
});

describe('tokens', () => {
  it('log in until they are logged out, and nowhere stand in what the server keeps', async () => {
    const ann = await register(server.url, 'Ann');
    const again = await logInAgain(server.url, ann, 'token');
    expect(again.token).toBe(ann.token);
    const files = readdirSync(server.dataDir).filter((name) => name.startsWith('kith.db'));
    for (const name of files) {
      expect(readFileSync(path.join(server.dataDir, name)).includes(ann.token), name).toBe(false);
    }

    expect(await ann.ask('LOGOUT', { userId: ann.id }, 'LOGOUT_SUCCESS')).toEqual({});
    expect(await again.closed).toEqual({ code: 4001 });
    const client = await connect(server.url);
    const refused = await client.ask('LOGIN_BY_TOKEN', { token: ann.token }, 'LOGIN_FAILURE');
    expect(refused).toEqual({ error: 'Please log in again.' });
    expect(await tryLogIn(ann, 'Ann')).toMatchObject({ ok: true });
  });

  it('last 90 days from their last use, also across a restart', async () => {
    const clock = createFakeClock();
    const day = 86_400_000;
    let current = await startServer({}, { clock });
    const ann = await register(current.url, 'Ann');
    for (let i = 0; i < 3; i++) {
      clock.advance(80 * day);
      current = await current.restart();
      await logInAgain(current.url, ann, 'token');
    }
    clock.advance(91 * day);
    const client = await connect(current.url);
    expect(await client.ask('LOGIN_BY_TOKEN', { token: ann.token }, 'LOGIN_FAILURE')).toHaveProperty('error');
  });

  it('give way to newer ones beyond the limit', async () => {
    const clock = createFakeClock();
    const few = await startServer({ limits: { maxTokensPerPerson: 2 } }, { clock });
    const ann = await register(few.url, 'Ann');
    for (let i = 0; i < 2; i++) {
      clock.advance(1_000);
      await logInAgain(few.url, ann);
    }
    const client = await connect(few.url);
    expect(await client.ask('LOGIN_BY_TOKEN', { token: ann.token }, 'LOGIN_FAILURE')).toHaveProperty('error');
  });
});

describe('profile', () => {
  const profile = { username: 'Anna', email: 'anna@example.org', avatar: 'data:image/png;base64,AA==' };

  it('changes everything but the password, which it does not repeat', async () => {
    const ann = await register(server.url, 'Ann');
    const second = await logInAgain(server.url, ann);
    const request = { userId: ann.id, ...profile, password: '' };
    const reply = await ann.ask('UPDATE_PROFILE', request, 'PROFILE_UPDATED_SUCCESS');
    expect(reply).toEqual({ userId: ann.id, ...profile, password: '' });
    await settle(second);
    expect(await tryLogIn(await connect(server.url), 'Anna')).toMatchObject({ ok: true });
  });

  it('keeps every device when the password given is the one there is', async () => {
    const ann = await register(server.url, 'Ann');
    const second = await logInAgain(server.url, ann);
    await ann.ask('UPDATE_PROFILE', { userId: ann.id, ...profile, password }, 'PROFILE_UPDATED_SUCCESS');
    await settle(second);
  });

  it('logs the other devices out when the password changes', async () => {
    const ann = await register(server.url, 'Ann');
    const second = await logInAgain(server.url, ann);
    const request = { userId: ann.id, ...profile, password: 'another horse' };
    await ann.ask('UPDATE_PROFILE', request, 'PROFILE_UPDATED_SUCCESS');
    expect(await second.closed).toEqual({ code: 4001 });
    const client = await connect(server.url);
    expect(await client.ask('LOGIN_BY_TOKEN', { token: second.token }, 'LOGIN_FAILURE')).toHaveProperty('error');
    expect(await tryLogIn(client, 'Anna')).toMatchObject({ ok: false });
    expect(await tryLogIn(client, 'Anna', 'another horse')).toMatchObject({ ok: true });
    await logInAgain(server.url, ann, 'token');
  });

  it('refuses a taken name, a bad password and a picture that is too large', async () => {
    await register(server.url, 'Bob');
    const ann = await register(server.url, 'Ann');
    for (const change of [{ username: 'bob' }, { password: 'short' }, { avatar: 'x'.repeat(65_537) }, { email: '@' }]) {
      const request = { userId: ann.id, ...profile, password: '', ...change };
      expect(await ann.ask('UPDATE_PROFILE', request, 'PROFILE_UPDATED_SUCCESS')).toEqual({
        error: expect.any(String),
      });
    }
  });
});
