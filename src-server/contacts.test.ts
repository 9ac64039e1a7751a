import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logInAgain, register, settle, type Person } from './testing/client.ts';
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

const listOf = async (person: Person) =>
  (await person.ask('LOAD_CONTACTS', { userId: person.id }, 'CONTACTS_LOADED')).contacts;
const addContact = (person: Person, targetId: number) =>
  person.ask('ADD_CONTACT', { userId: person.id, targetId }, 'CONTACT_ADDED');
const refusalOf = (person: Person, targetId: number) =>
  person.ask('ADD_CONTACT', { userId: person.id, targetId }, 'CONTACT_ADDED_FAILED');
/** The next list that shows `id` as online or not. */
const seesOnline = (person: Person, id: number, online: boolean) =>
  person.next('CONTACTS_LOADED', ({ contacts }: { contacts: { contactId: number; online: boolean }[] }) =>
    contacts.some((contact) => contact.contactId === id && contact.online === online),
  );

describe('contacts', () => {
  it('are added on both sides, and the other is told', async () => {
    expect(await addContact(ann, bob.id)).toEqual({ contactId: bob.id, userName: 'Bob', online: true, avatar: '' });
    expect(await bob.next('CONTACT_ADDED')).toEqual({ contactId: ann.id, userName: 'Ann', online: true, avatar: '' });
    expect(await listOf(bob)).toEqual([{ contactId: ann.id, username: 'Ann', online: true, avatar: '' }]);
    expect(await listOf(ann)).toEqual([{ contactId: bob.id, username: 'Bob', online: true, avatar: '' }]);
  });

  it('can be added again, which tells nobody', async () => {
    await addContact(ann, bob.id);
    await bob.next('CONTACT_ADDED');
    await addContact(ann, bob.id);
    await settle(bob);
    expect(bob.untaken()).not.toContain('CONTACT_ADDED');
    expect(await listOf(ann)).toHaveLength(1);
  });

  it('refuse oneself and nobody', async () => {
    expect(await refusalOf(ann, ann.id)).toEqual({ error: 'You cannot add yourself.' });
    expect(await refusalOf(ann, 999_999)).toEqual({ error: 'Nobody here has this ID.' });
    expect(await listOf(ann)).toEqual([]);
  });

  it('are deleted on one side only, and deleting nobody is a success', async () => {
    await addContact(ann, bob.id);
    expect(await ann.ask('DELETE_CONTACT', { userId: ann.id, targetId: bob.id }, 'CONTACT_DELETED')).toEqual({});
    await ann.ask('DELETE_CONTACT', { userId: ann.id, targetId: 999_999 }, 'CONTACT_DELETED');
    expect(await listOf(ann)).toEqual([]);
    expect(await listOf(bob)).toHaveLength(1);
  });

  it('are limited in number on both sides', async () => {
    const few = await startServer({ limits: { maxContactsPerPerson: 1 } });
    const people = await Promise.all(['A', 'B', 'C'].map((name) => register(few.url, name)));
    const [a, b, c] = people as [Person, Person, Person];
    await addContact(a, b.id);
    expect(await refusalOf(a, c.id)).toEqual({ error: 'You have too many contacts.' });
    expect(await refusalOf(c, b.id)).toEqual({ error: 'This person has too many contacts.' });
    await addContact(a, b.id);
  });

  it('changed on one device reach the others', async () => {
    const second = await logInAgain(server.url, ann);
    await addContact(ann, bob.id);
    expect((await second.next('CONTACTS_LOADED')).contacts).toHaveLength(1);
    await ann.ask('DELETE_CONTACT', { userId: ann.id, targetId: bob.id }, 'CONTACT_DELETED');
    expect((await second.next('CONTACTS_LOADED')).contacts).toEqual([]);
  });
});

describe('presence', () => {
  it('reaches those who have someone as a contact, when that person goes and comes', async () => {
    await addContact(ann, bob.id);
    bob.socket.close();
    await seesOnline(ann, bob.id, false);
    const back = await logInAgain(server.url, bob, 'token');
    await seesOnline(ann, bob.id, true);
    await back.ask('LOGOUT', { userId: bob.id }, 'LOGOUT_SUCCESS');
    await seesOnline(ann, bob.id, false);
  });

  it('stays while one device of several goes', async () => {
    await addContact(ann, bob.id);
    const second = await logInAgain(server.url, bob);
    bob.socket.close();
    await bob.closed;
    await settle(second);
    expect((await listOf(ann))[0]).toMatchObject({ contactId: bob.id, online: true });
    expect(ann.untaken()).not.toContain('CONTACTS_LOADED');
  });

  it('carries a changed name', async () => {
    await addContact(ann, bob.id);
    const profile = { userId: bob.id, username: 'Robert', email: '', avatar: '', password: '' };
    await bob.ask('UPDATE_PROFILE', profile, 'PROFILE_UPDATED_SUCCESS');
    await ann.next('CONTACTS_LOADED', ({ contacts }) => contacts[0].username === 'Robert');
  });

  it('tells nothing to strangers', async () => {
    bob.socket.close();
    await bob.closed;
    await settle(ann);
    expect(ann.untaken()).toEqual([]);
  });
});
