import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandId, userId } from '../../src-shared/kernel/ids.ts';
import { settle } from '../connection/testing/fake-clock.ts';
import { createFakeVault, type FakeVault } from '../testing/fake-vault.ts';
import { createSessionRig, credentials, fails, here, no, yes, type SessionRig } from '../testing/session-rig.ts';
import { accountDir, databaseFile } from './account-book.ts';

let vault: FakeVault;
let rig: SessionRig;
beforeEach(async () => {
  vault = createFakeVault();
  rig = await createSessionRig(vault);
});
afterEach(async () => {
  await rig.session.stop();
  rig.remove();
});

const ann = userId(1);
const tokenFile = (): string => path.join(accountDir(rig.folder, here, ann), 'token.json');
const phases = (): string[] => rig.views.map((view) => view.phase);

async function logIn(reply = yes(1, 'token 1'), change: Parameters<typeof credentials>[0] = {}): Promise<unknown> {
  const outcome = rig.session.logIn(credentials(change));
  await rig.answer(reply);
  return outcome;
}
async function write(text: string): Promise<void> {
  const command = commandId(crypto.randomUUID());
  await rig.session.scope()?.outbox.sendText({ commandId: command, peerId: userId(2), text });
}
async function texts(): Promise<string[]> {
  const scope = rig.session.scope();
  if (scope === null) return [];
  const page = await scope.store.getPage({ peerId: userId(2), anchor: { kind: 'newest' }, limit: 50 });
  return page.messages.map((message) => message.text);
}
/** Signed in, with a text written, and started again. */
async function startAgain(): Promise<void> {
  await logIn();
  await write('kept');
  rig = await rig.restart();
  await rig.session.restore();
  await settle();
}

describe('registering and logging in', () => {
  it('registers, opens the account and keeps the token', async () => {
    const outcome = rig.session.register({ ...credentials(), email: 'a@example.org' });
    const asked = await rig.answer(yes(1, 'token 1', 'registered'));
    expect(asked).toEqual({ kind: 'register', username: 'ann', password: 'correct horse', email: 'a@example.org' });
    expect(await outcome).toMatchObject({ ok: true, value: { userId: 1, serverUrl: here } });
    expect(rig.session.view()).toMatchObject({ phase: 'signed-in', account: { userId: 1 }, history: 'keychain' });
    expect(existsSync(tokenFile())).toBe(true);
  });

  it('gives the words of the server where it says no, and never tries a password again by itself', async () => {
    expect(await logIn(no('wrong password'))).toEqual({
      ok: false,
      error: { code: 'rejected', serverText: 'wrong password' },
    });
    expect(rig.last().isStopped()).toBe(true);
    expect(rig.session.scope()).toBeNull();
  });

  it.each(['connection-refused', 'timeout', 'offline', 'not-websocket', 'unexpected'] as const)(
    'ends with %s where that is what happened, and stops trying',
    async (code) => {
      expect(await logIn(fails(code))).toEqual({ ok: false, error: { code } });
      expect(rig.last().isStopped()).toBe(true);
    },
  );

  it('uses the token, not the password, when the connection is lost after the yes', async () => {
    const outcome = rig.session.logIn(credentials());
    await rig.answer(yes(1, 'token 1'));
    rig.last().lose();
    expect((await outcome).ok).toBe(true);
    expect(await rig.answer(yes(1, 'token 2'))).toEqual({ kind: 'log-in-by-token', token: 'token 1' });
    // The newest one wins.
    expect(await rig.answer(yes(1, 'token 3'))).toEqual({ kind: 'log-in-by-token', token: 'token 2' });
  });

  it('is signed in where the connection is lost while the account is being opened', async () => {
    const release = rig.store.hold();
    const outcome = rig.session.logIn(credentials());
    const answered = rig.answer(yes(1, 'token 1'));
    await settle();
    rig.last().setState({ phase: 'waiting', nextAttemptAtMs: 0, cause: 'offline' });
    release();
    await answered;
    expect((await outcome).ok).toBe(true);
    expect(rig.last().isStopped()).toBe(false);
  });

  it('gives the first of two up for the second', async () => {
    const first = rig.session.logIn(credentials());
    await settle();
    const second = rig.session.logIn(credentials());
    expect(await first).toEqual({ ok: false, error: { code: 'cancelled' } });
    await rig.answer(yes(1, 'token 1'));
    expect((await second).ok).toBe(true);
    expect(rig.links.map((link) => link.isStopped())).toEqual([true, false]);
  });

  it('ends where the program is closed meanwhile', async () => {
    const outcome = rig.session.logIn(credentials());
    await settle();
    await rig.session.stop();
    expect(await outcome).toEqual({ ok: false, error: { code: 'cancelled' } });
  });

  it('says store-unavailable where no store can be had at all', async () => {
    rig.store.fail('open', 'store-unavailable', 9);
    expect(await logIn()).toEqual({ ok: false, error: { code: 'store-unavailable' } });
    expect(rig.session.view().phase).toBe('signed-out');
  });

  it('goes on without history, and says so, where the disk is full', async () => {
    rig.store.fail('open', 'disk-full');
    expect(await logIn()).toMatchObject({ ok: true });
    expect(rig.session.view().history).toBe('memory');
    expect(rig.notices).toEqual(['disk-full', 'store-unavailable']);
  });

  it('closes the account of one person before it opens that of another', async () => {
    await logIn();
    await write('from one');
    await logIn(yes(5, 'token 5'));
    expect(rig.links[0]?.isStopped()).toBe(true);
    expect(await texts()).toEqual([]);
    expect(rig.store.opened.map((input) => input.self)).toEqual([1, 5]);
    expect(new Set(rig.store.opened.map((input) => input.path)).size).toBe(2);
  });

  it('keeps no token for who does not want to stay signed in, and drops an older one', async () => {
    await logIn();
    await rig.session.stop();
    await logIn(yes(1, 'token 2'), { staySignedIn: false });
    expect(existsSync(tokenFile())).toBe(false);
    expect(rig.session.view().phase).toBe('signed-in');
  });
});

describe('the next start', () => {
  it('has the history before the server is asked, then logs in by token', async () => {
    await startAgain();
    expect(rig.session.view()).toMatchObject({ phase: 'signed-in', account: { userId: 1 } });
    expect(await texts()).toEqual(['kept']);
    expect(await rig.answer(yes(1, 'token 2'))).toEqual({ kind: 'log-in-by-token', token: 'token 1' });
  });

  it('is expired where the token is refused: history readable, name filled in, no other try', async () => {
    await startAgain();
    await rig.answer(no('token expired'));
    expect(rig.session.view()).toMatchObject({ phase: 'expired', account: { userId: 1 }, lastUsername: 'person 1' });
    expect(await texts()).toEqual(['kept']);
    await logIn(yes(1, 'token 2'));
    expect(rig.session.view().phase).toBe('signed-in');
    expect(await texts()).toEqual(['kept']);
  });

  it('stays expired where the password is wrong then', async () => {
    await startAgain();
    await rig.answer(no('token expired'));
    await logIn(no('wrong password'));
    expect(rig.session.view()).toMatchObject({ phase: 'expired', account: { userId: 1 } });
    expect(await texts()).toEqual(['kept']);
  });

  it('refuses a token that opens the account of somebody else', async () => {
    await startAgain();
    await rig.answer(yes(9, 'token of another'));
    expect(rig.session.view()).toMatchObject({ phase: 'expired', account: { userId: 1 } });
    expect(existsSync(accountDir(rig.folder, here, userId(9)))).toBe(false);
  });

  it('asks for the log-in where nobody was signed in', async () => {
    await rig.session.restore();
    expect(phases()).toEqual(['signed-out']);
  });

  it('asks for the log-in with a locked keychain, leaves everything as it is, and has it all back later', async () => {
    await logIn();
    await write('kept');
    rig = await rig.restart();
    vault.set({ status: 'locked' });
    await rig.session.restore();
    expect(rig.session.view()).toMatchObject({ phase: 'signed-out', vault: 'locked' });
    expect(rig.notices).toEqual(['keychain-locked']);
    expect(await logIn(yes(1, 'token 2'))).toMatchObject({ ok: true });
    expect(rig.session.view().history).toBe('memory');
    rig = await rig.restart();
    vault.set({ status: 'keychain' });
    await logIn(yes(1, 'token 3'));
    expect(await texts()).toEqual(['kept']);
  });

  it('keeps history by a key file without a keychain, and asks for the log-in each time', async () => {
    vault.set({ status: 'none' });
    await logIn(undefined, { history: 'key-file' });
    await write('kept');
    expect(existsSync(tokenFile())).toBe(false);
    rig = await rig.restart();
    await rig.session.restore();
    expect(rig.session.view().phase).toBe('signed-out');
    await logIn(undefined, { history: 'key-file' });
    expect(await texts()).toEqual(['kept']);
  });

  it('leaves nothing on the disk but the list of accounts where nothing is to be kept', async () => {
    vault.set({ status: 'none' });
    await logIn();
    await write('not kept');
    expect(rig.session.view().history).toBe('memory');
    expect(readdirSync(rig.folder)).toEqual(['accounts.json']);
  });

  it('opens with a history that is damaged: it is set aside, and that is said', async () => {
    await logIn();
    await write('lost');
    await rig.session.stop();
    writeFileSync(databaseFile(accountDir(rig.folder, here, ann)), 'x'.repeat(10_000));
    rig = await rig.restart();
    await rig.session.restore();
    expect(rig.notices).toEqual(['store-set-aside']);
    expect(rig.session.view().phase).toBe('signed-in');
  });

  it('opens where no store can be had: signed out, not stuck', async () => {
    await logIn();
    rig = await rig.restart();
    rig.store.fail('open', 'store-unavailable', 9);
    await rig.session.restore();
    expect(rig.session.view().phase).toBe('signed-out');
  });
});

describe('logging out', () => {
  it('tells the server, and this computer has forgotten the token', async () => {
    await logIn();
    rig.last().onRequest = () => ({ ok: true, value: { kind: 'logged-out' } });
    await rig.session.logOut();
    expect(rig.last().requests.at(-1)).toEqual({ kind: 'log-out', userId: 1 });
    expect(existsSync(tokenFile())).toBe(false);
    expect(rig.session.view()).toMatchObject({ phase: 'signed-out', account: null, lastUsername: 'person 1' });
    rig = await rig.restart();
    await rig.session.restore();
    expect(rig.session.view().phase).toBe('signed-out');
  });

  it('works offline just the same', async () => {
    await logIn();
    rig.last().lose();
    await rig.session.logOut();
    expect(existsSync(tokenFile())).toBe(false);
    expect(rig.last().isStopped()).toBe(true);
    expect(rig.session.view().phase).toBe('signed-out');
  });

  it('works where the store cannot be closed', async () => {
    await logIn();
    rig.store.fail('close', 'store-unavailable');
    await rig.session.logOut();
    expect(rig.session.view().phase).toBe('signed-out');
  });

  it('while nobody is signed in is nothing', async () => {
    await rig.session.logOut();
    expect(rig.views).toEqual([]);
  });
});

describe('the built-in server', () => {
  it('is asked after before a log-in and a restart, and cannot hold them up by failing', async () => {
    await startAgain();
    expect(rig.ensured).toEqual([here]);
    expect(rig.last().target()).not.toBeNull();
  });

  it('that was started anew is dialed at once; a server elsewhere that refuses is left to the back-off', async () => {
    await startAgain();
    rig.last().setState({ phase: 'waiting', nextAttemptAtMs: 0, cause: 'connection-refused' });
    await settle();
    expect(rig.last().nudges()).toBe(0);
    rig.serverStarts.push(true);
    rig.last().setState({ phase: 'waiting', nextAttemptAtMs: 0, cause: 'connection-refused' });
    await settle();
    expect(rig.last().nudges()).toBe(1);
  });
});
