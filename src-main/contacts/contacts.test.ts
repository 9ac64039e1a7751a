import { describe, expect, it } from 'vitest';
import { appError } from '../../src-shared/kernel/app-error.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import { userId } from '../../src-shared/kernel/ids.ts';
import type { ServerFrame, WireContact } from '../../src-shared/protocol/frames.ts';
import type { LaneFrame } from '../connection/link.ts';
import { settle } from '../connection/testing/fake-clock.ts';
import { anna, ben, createScopeRig, me, wire, type ScopeRig } from '../testing/scope-rig.ts';
import { safeAvatar } from './avatar.ts';

const contact = (id: number, username: string, online = false): WireContact => ({
  userId: userId(id),
  username,
  online,
  avatar: '',
});
const shown = (rig: ScopeRig): string[] =>
  rig
    .scope()
    .contacts.list()
    .map((one) => `${one.username}:${one.presence}${one.isContact ? '' : ':stranger'}`);
const loads = (rig: ScopeRig): number => rig.link.requests.filter((one) => one.kind === 'load-contacts').length;

/** Connected, with the contacts loaded as after each log-in. */
async function connected(rig: ScopeRig): Promise<void> {
  rig.link.setState({ phase: 'catching-up', epoch: 1 });
  await rig.scope().catchUp();
  await rig.ready();
}

/** Requests of this kind are answered when the test says so. */
function holdReplies(rig: ScopeRig, kind: LaneFrame['kind']): (reply: Result<ServerFrame>) => Promise<void> {
  const waiting: ((reply: Result<ServerFrame>) => void)[] = [];
  const { onRequest } = rig.link;
  rig.link.onRequest = (frame) =>
    frame.kind === kind ? new Promise((resolve) => waiting.push(resolve)) : onRequest(frame);
  return async (reply) => {
    waiting.shift()?.(reply);
    await settle();
  };
}

describe('the list of contacts', () => {
  it('is what the server says, without me, and stays known offline', async () => {
    const rig = await createScopeRig();
    rig.server.contacts = [contact(2, 'anna', true), contact(3, 'ben'), contact(me, 'myself')];
    await connected(rig);
    expect(shown(rig)).toEqual(['anna:online', 'ben:offline']);
    await rig.lose();
    expect(shown(rig)).toEqual(['anna:unknown', 'ben:unknown']);
    await rig.restart();
    expect(shown(rig)).toEqual(['anna:unknown', 'ben:unknown']);
  });

  it('keeps those who are no contacts any more as strangers, with presence unknown', async () => {
    const rig = await createScopeRig();
    rig.server.contacts = [contact(2, 'anna', true), contact(3, 'ben', true)];
    await connected(rig);
    rig.link.say({ kind: 'contacts-loaded', contacts: [contact(3, 'ben', true)] });
    await settle();
    expect(shown(rig)).toEqual(['anna:unknown:stranger', 'ben:online']);
  });

  it('takes whoever writes as online', async () => {
    const rig = await createScopeRig();
    rig.server.contacts = [contact(2, 'anna', false)];
    await connected(rig);
    rig.link.say({ kind: 'message-received', message: wire(1, 'hi') });
    await settle();
    expect(shown(rig)).toEqual(['anna:online']);
  });

  it('takes people who added me, and asks anew where somebody was deleted unasked', async () => {
    const rig = await createScopeRig();
    await connected(rig);
    rig.link.say({ kind: 'contact-added', contact: contact(2, 'anna', true) });
    await settle();
    expect(shown(rig)).toEqual(['anna:online']);
    rig.link.say({ kind: 'contact-deleted' });
    await settle();
    expect(shown(rig)).toEqual(['anna:unknown:stranger']);
  });

  it('tells the window of those only who are new or other than they were', async () => {
    const rig = await createScopeRig();
    rig.server.contacts = [contact(2, 'anna'), contact(3, 'ben'), contact(4, 'cleo', true)];
    await connected(rig);
    await rig.clock.advance(100);
    const told = (): string[][] =>
      rig.told.flatMap(({ channel, event }) =>
        channel === 'contacts:changed' ? [event.map((one) => `${one.username}:${one.presence}`)] : [],
      );
    expect(told().at(-1)).toEqual(['anna:offline', 'ben:offline', 'cleo:online']);
    const before = told().length;
    // The list again, with nothing new in it.
    await rig.scope().contacts.refresh();
    await rig.clock.advance(100);
    expect(told().slice(before)).toEqual([]);
    rig.link.say({ kind: 'message-received', message: wire(1, 'hi') });
    await rig.clock.advance(100);
    expect(told().slice(before)).toEqual([['anna:online']]);
    // Many at once are one piece of news.
    for (let id = 100; id < 600; id += 1) rig.link.say({ kind: 'contact-added', contact: contact(id, `p${id}`) });
    await rig.clock.advance(100);
    const burst = told().slice(before + 1);
    expect(burst.length).toBeLessThan(10);
    expect(burst.flat()).toHaveLength(500);
    await rig.lose();
    await rig.clock.advance(100);
    expect(told().at(-1)).toHaveLength(503);
  });

  it('takes back whom the window knows and this history does not, where the window is told everything anew', async () => {
    const rig = await createScopeRig();
    rig.server.contacts = [contact(2, 'anna')];
    await connected(rig);
    await rig.scope().showAnew([ben]);
    await rig.clock.advance(100);
    const told = rig.told.flatMap(({ channel, event }) => (channel === 'contacts:changed' ? event : []));
    expect(told.findLast(({ userId }) => userId === ben)).toMatchObject({ username: '', isContact: false });
    expect(told.findLast(({ userId }) => userId === anna)).toMatchObject({ username: 'anna', isContact: true });
  });

  it('shows no picture that would have to be fetched', () => {
    expect(safeAvatar('https://tracker.example/x.png')).toBe('');
    expect(safeAvatar('data:image/svg+xml;base64,AAAA')).toBe('');
    expect(safeAvatar(`data:image/png;base64,${'A'.repeat(600_000)}`)).toBe('');
    expect(safeAvatar('data:image/png;base64,AAAA')).toBe('data:image/png;base64,AAAA');
  });
});

describe('adding', () => {
  it('answers with the person, by name', async () => {
    const rig = await createScopeRig();
    const answer = holdReplies(rig, 'add-contact');
    await connected(rig);
    const added = rig.scope().contacts.add(anna);
    await answer(ok({ kind: 'contact-added', contact: contact(2, 'anna', true) }));
    expect(await added).toMatchObject({ ok: true, value: { username: 'anna', presence: 'online', isContact: true } });
  });

  it('survives a list that was asked for before and comes after it', async () => {
    const rig = await createScopeRig();
    await connected(rig);
    const answerAdd = holdReplies(rig, 'add-contact');
    const answerList = holdReplies(rig, 'load-contacts');
    const refreshed = rig.scope().contacts.refresh();
    const added = rig.scope().contacts.add(anna);
    await answerAdd(ok({ kind: 'contact-added', contact: contact(2, 'anna', true) }));
    await answerList(ok({ kind: 'contacts-loaded', contacts: [contact(3, 'ben')] }));
    await Promise.all([refreshed, added]);
    expect(shown(rig)).toEqual(['anna:online', 'ben:offline']);
    // A list that was asked for later counts.
    const later = rig.scope().contacts.refresh();
    await answerList(ok({ kind: 'contacts-loaded', contacts: [contact(3, 'ben')] }));
    await later;
    expect(shown(rig)).toEqual(['anna:unknown:stranger', 'ben:offline']);
  });

  it('that is refused gives the words of the server, and looks at the list again', async () => {
    const rig = await createScopeRig();
    await connected(rig);
    rig.server.contacts = [contact(2, 'anna')];
    const answer = holdReplies(rig, 'add-contact');
    const added = rig.scope().contacts.add(anna);
    await answer(err(appError('rejected', 'already there')));
    expect(await added).toEqual({ ok: false, error: { code: 'rejected', serverText: 'already there' } });
    expect(shown(rig)).toEqual(['anna:offline']);
  });

  it('says offline without a connection', async () => {
    const rig = await createScopeRig();
    expect(await rig.scope().contacts.add(anna)).toEqual({ ok: false, error: { code: 'offline' } });
  });
});

describe('deleting', () => {
  async function withContacts(): Promise<ScopeRig> {
    const rig = await createScopeRig();
    rig.server.contacts = [contact(2, 'anna', true), contact(3, 'ben')];
    await connected(rig);
    rig.link.say({ kind: 'message-received', message: wire(1, 'hello') });
    await settle();
    return rig;
  }

  it('leaves the person known, and the history as it is', async () => {
    const rig = await withContacts();
    const answer = holdReplies(rig, 'delete-contact');
    const deleted = rig.scope().contacts.remove(anna);
    await answer(ok({ kind: 'contact-deleted' }));
    expect(await deleted).toEqual(ok(undefined));
    expect(shown(rig)).toEqual(['anna:unknown:stranger', 'ben:offline']);
    expect(rig.shown()).toEqual(['hello:sent']);
    await rig.restart();
    expect(shown(rig)).toEqual(['anna:unknown:stranger', 'ben:unknown']);
  });

  it('survives a list that was asked for before and comes after it', async () => {
    const rig = await withContacts();
    const answerDelete = holdReplies(rig, 'delete-contact');
    const answerList = holdReplies(rig, 'load-contacts');
    const refreshed = rig.scope().contacts.refresh();
    const deleted = rig.scope().contacts.remove(anna);
    // Unasked, while it is under way.
    rig.link.say({ kind: 'contacts-loaded', contacts: [contact(3, 'ben')] });
    await answerDelete(ok({ kind: 'contact-deleted' }));
    await answerList(ok({ kind: 'contacts-loaded', contacts: [contact(2, 'anna', true), contact(3, 'ben')] }));
    await Promise.all([refreshed, deleted]);
    expect(
      rig
        .scope()
        .contacts.list()
        .map((one) => one.isContact),
    ).toEqual([false, true]);
  });

  it('that is refused changes nothing, and looks at the list again', async () => {
    const rig = await withContacts();
    const before = loads(rig);
    const answer = holdReplies(rig, 'delete-contact');
    const deleted = rig.scope().contacts.remove(anna);
    await answer(err(appError('rejected', 'not today')));
    expect(await deleted).toEqual(err(appError('rejected', 'not today')));
    expect(shown(rig)).toEqual(['anna:online', 'ben:offline']);
    expect(loads(rig)).toBe(before + 1);
  });

  it('says offline without a connection', async () => {
    const rig = await createScopeRig();
    expect(await rig.scope().contacts.remove(anna)).toEqual(err(appError('offline')));
  });
});

describe('presence', () => {
  it('is asked for every 30 s while the window is focused and every 120 s while not', async () => {
    const rig = await createScopeRig();
    await connected(rig);
    const before = loads(rig);
    await rig.clock.advance(60_000);
    expect(loads(rig) - before).toBe(2);
    rig.setFocused(false);
    await rig.clock.advance(30_000);
    const unfocused = loads(rig);
    await rig.clock.advance(119_999);
    expect(loads(rig)).toBe(unfocused);
    await rig.clock.advance(1);
    expect(loads(rig)).toBe(unfocused + 1);
    rig.scope().onFocus();
    await settle();
    expect(loads(rig)).toBe(unfocused + 2);
  });

  it('is unknown once the server has refused to say for 90 s, and known again with its next word', async () => {
    const rig = await createScopeRig();
    rig.server.contacts = [contact(2, 'anna', true)];
    await connected(rig);
    const { onRequest } = rig.link;
    rig.link.onRequest = () => err(appError('rejected', 'not now'));
    await rig.clock.advance(89_999);
    expect(shown(rig)).toEqual(['anna:online']);
    await rig.clock.advance(1);
    expect(shown(rig)).toEqual(['anna:unknown']);
    rig.link.onRequest = onRequest;
    await rig.clock.advance(30_000);
    expect(shown(rig)).toEqual(['anna:online']);
  });

  it('goes on being asked for after the store failed', async () => {
    const rig = await createScopeRig();
    rig.server.contacts = [contact(2, 'anna', true)];
    await connected(rig);
    rig.server.contacts = [contact(2, 'anna', false)];
    rig.store.fail('replaceContacts', 'store-unavailable');
    await rig.clock.advance(60_000);
    expect(shown(rig)).toEqual(['anna:offline']);
  });

  it('does not keep a log-in from being finished where the disk is full', async () => {
    const rig = await createScopeRig();
    rig.store.fail('replaceContacts', 'disk-full');
    rig.link.setState({ phase: 'catching-up', epoch: 1 });
    expect(await rig.scope().catchUp()).toEqual({ ok: true, value: undefined });
    expect(rig.failures).toEqual(['disk-full']);
  });
});

it('a message of mine to somebody new makes them known', async () => {
  const rig = await createScopeRig();
  await rig.send('hello', ben);
  expect(shown(rig)).toEqual([':unknown:stranger']);
});
