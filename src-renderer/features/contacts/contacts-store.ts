import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ContactView } from '../../../src-shared/ipc/views.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';
import { compareNames } from './name-order.ts';

export type ContactsState = {
  /** Everyone with a name here: contacts, and strangers who wrote. Null until main has said. */
  readonly byId: ReadonlyMap<UserId, ContactView> | null;
};
export type ContactsStore = StoreApi<ContactsState>;

export type ContactSection = {
  readonly key: 'online' | 'offline' | 'unknown' | 'blocked';
  readonly contacts: readonly ContactView[];
};

/** The people one account knows. */
export function createContactsStore(): ContactsStore {
  return createStore<ContactsState>(() => ({ byId: null }));
}

/** The whole list, as main has it. */
export function withContacts(_state: ContactsState, contacts: readonly ContactView[]): ContactsState {
  return { byId: new Map(contacts.map((contact) => [contact.userId, contact])) };
}

/** One person more, or as they are now. */
export function withContact(state: ContactsState, contact: ContactView): ContactsState {
  return withChangedContacts(state, [contact]);
}

/** People more, or as they are now. */
export function withChangedContacts(state: ContactsState, changed: readonly ContactView[]): ContactsState {
  const byId = new Map(state.byId);
  for (const contact of changed) byId.set(contact.userId, contact);
  return { byId };
}

/**
 * Contacts as the list shows them: online first, each group A to Z, Chinese names by their pinyin among the others.
 * Strangers are left out, unless they are blocked: all who are stand at the end, with the way back. Null until main has
 * said.
 */
export function contactSections(state: ContactsState): readonly ContactSection[] | null {
  if (state.byId === null) return null;
  const people = [...state.byId.values()].filter((person) => person.isContact || person.isBlocked);
  people.sort((a, b) => compareNames(a.username, b.username) || a.userId - b.userId);
  return (['online', 'unknown', 'offline', 'blocked'] as const)
    .map((key) => ({
      key,
      contacts: people.filter((person) => (person.isBlocked ? 'blocked' : person.presence) === key),
    }))
    .filter((section) => section.contacts.length > 0);
}

/** How many contacts there are that are not blocked. Null until main has said. */
export function countContacts({ byId }: ContactsState): number | null {
  if (byId === null) return null;
  let count = 0;
  for (const person of byId.values()) if (person.isContact && !person.isBlocked) count += 1;
  return count;
}
