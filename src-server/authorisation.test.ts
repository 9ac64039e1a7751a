import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadMessages, register, sendText, settle, type Person } from './testing/client.ts';
import { startServer, stopServers } from './testing/running-server.ts';

let ann: Person;
let bob: Person;
let eve: Person;

beforeEach(async () => {
  const { url } = await startServer();
  [ann, bob, eve] = [await register(url, 'Ann'), await register(url, 'Bob'), await register(url, 'Eve')];
  await ann.ask('ADD_CONTACT', { userId: ann.id, targetId: bob.id }, 'CONTACT_ADDED');
  await sendText(ann, bob.id, 'private');
});
afterEach(stopServers);

const stateOf = async (person: Person, other: Person) => [
  await loadMessages(person, other.id),
  await person.ask('LOAD_CONTACTS', { userId: person.id }, 'CONTACTS_LOADED'),
];

describe('in the name of somebody else', () => {
  it('requests with a failure get it, and change nothing', async () => {
    const before = await stateOf(ann, bob);
    const profile = { username: 'Owned', password: '', email: '', avatar: '' };
    const requests: readonly (readonly [string, object, string])[] = [
      ['UPDATE_PROFILE', { userId: ann.id, ...profile }, 'PROFILE_UPDATED_SUCCESS'],
      ['LOAD_CONTACTS', { userId: ann.id }, 'CONTACTS_LOADED_FAILED'],
      ['ADD_CONTACT', { userId: ann.id, targetId: eve.id }, 'CONTACT_ADDED_FAILED'],
      ['DELETE_CONTACT', { userId: ann.id, targetId: bob.id }, 'CONTACT_DELETED_FAILED'],
    ];
    for (const [type, payload, reply] of requests) {
      expect(await eve.ask(type, payload, reply), type).toEqual({ error: 'This is not your account.' });
    }
    expect(await stateOf(ann, bob)).toEqual(before);
    await settle(eve);
  });

  it('requests without one have no effect, and the third closes', async () => {
    const before = await stateOf(ann, bob);
    eve.send('LOAD_MESSAGES', { userId: ann.id, targetId: bob.id });
    eve.send('SEND_MESSAGE', { messageId: 1, senderId: ann.id, receiverId: bob.id, content: 'forged' });
    await settle(eve);
    expect(eve.untaken()).toEqual([]);
    eve.send('CLEAR_MESSAGES', { requesterUserId: ann.id, targetUserId: bob.id });
    expect(await eve.closed).toEqual({ code: 1008 });
    expect(eve.untaken()).toEqual([]);
    expect(await stateOf(ann, bob)).toEqual(before);
  });

  it('files and logouts have no effect either', async () => {
    const envelope = { messageId: 1, senderId: ann.id, receiverId: bob.id };
    eve.send('SEND_FILE', { ...envelope, fileName: 'x', fileContent: ['AAAA'] });
    eve.send('LOGOUT', { userId: ann.id });
    await settle(eve);
    eve.send('SEND_IMAGE', { ...envelope, imageName: 'x', imageContent: ['AAAA'] });
    expect(await eve.closed).toEqual({ code: 1008 });
    expect(await loadMessages(ann, bob.id)).toHaveLength(1);
  });
});

it('a conversation shows nothing to a third person', async () => {
  expect(await loadMessages(eve, ann.id)).toEqual([]);
  expect(await loadMessages(eve, bob.id)).toEqual([]);
});

it('after logout nothing goes on, until the next login', async () => {
  await ann.ask('LOGOUT', { userId: ann.id }, 'LOGOUT_SUCCESS');
  await sendText(bob, ann.id, 'are you there?');
  expect(await ann.ask('LOAD_CONTACTS', { userId: ann.id }, 'CONTACTS_LOADED_FAILED')).toHaveProperty('error');
  expect(ann.untaken()).not.toContain('MESSAGE_RECEIVED_OTHER');
});
