import { appError } from '../../src-shared/kernel/app-error.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import type { UserId } from '../../src-shared/kernel/ids.ts';
import type { ContactView, Presence } from '../../src-shared/ipc/views.ts';
import type { ServerFrame, WireContact } from '../../src-shared/protocol/frames.ts';
import type { Link } from '../connection/link.ts';
import type { Emit } from '../event-outlet.ts';
import type { Cancel, Clock, Random, Store } from '../ports.ts';
import type { Changes, PersonRow } from '../store/operations.ts';
import { safeAvatar } from './avatar.ts';

/** Presence is polled (protocol reading, "What the protocol lacks"), with jitter so that clients do not march in step. */
const pollFocusedMs = 30_000;
const pollUnfocusedMs = 120_000;
const pollJitter = 0.2;

export type Contacts = {
  readonly list: () => readonly ContactView[];
  /** LOAD_CONTACTS, merged. Used after each log-in, on focus and by the poll. */
  readonly refresh: () => Promise<Result<void>>;
  readonly add: (userId: UserId) => Promise<Result<ContactView>>;
  /** Takes the frames about people; anything else is left alone. */
  readonly onPush: (frame: ServerFrame) => void;
  /** Names of strangers come with conversations: keeps the list of people complete. */
  readonly onChanges: (changes: Changes) => void;
  /** Presence is only known while connected. */
  readonly setConnected: (isConnected: boolean) => void;
  readonly dispose: () => void;
};

export type ContactsDeps = {
  readonly self: UserId;
  readonly people: readonly PersonRow[];
  readonly store: Store;
  readonly link: Pick<Link, 'request'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly isFocused: () => boolean;
  readonly emit: Emit;
};

/** The people of one account: who they are from the store, whether they are there from the server. */
export function createContacts(deps: ContactsDeps): Contacts {
  const { self, store, link, clock, emit } = deps;
  const people = new Map<UserId, PersonRow>(deps.people.map((person) => [person.userId, person]));
  const online = new Map<UserId, boolean>();
  const adding = new Set<UserId>();
  let isConnected = false;
  let cancelPoll: Cancel = () => {};

  const presence = (userId: UserId): Presence => {
    const known = isConnected ? online.get(userId) : undefined;
    if (known === undefined) return 'unknown';
    return known ? 'online' : 'offline';
  };
  const view = (person: PersonRow): ContactView => ({
    ...person,
    avatar: safeAvatar(person.avatar),
    presence: presence(person.userId),
  });
  const list = (): ContactView[] => [...people.values()].map(view);
  const announce = (): void => emit('contacts:changed', list());

  function onChanges(changes: Changes): void {
    let isNew = changes.people.length > 0;
    for (const person of changes.people) people.set(person.userId, person);
    for (const { peerId } of changes.conversations) {
      if (people.has(peerId)) continue;
      people.set(peerId, { userId: peerId, username: '', avatar: '', isContact: false });
      isNew = true;
    }
    if (isNew) announce();
  }

  async function replaceAll(contacts: readonly WireContact[]): Promise<void> {
    const others = contacts.filter((contact) => contact.userId !== self);
    for (const contact of others) online.set(contact.userId, contact.online);
    const changes = await store.replaceContacts({ contacts: others, untouched: [...adding], nowMs: clock.nowMs() });
    onChanges({ ...changes, people: [] });
    for (const person of changes.people) people.set(person.userId, person);
    announce();
  }

  async function upsert(contact: WireContact): Promise<void> {
    online.set(contact.userId, contact.online);
    const changes = await store.upsertContact({ contact, nowMs: clock.nowMs() });
    for (const person of changes.people) people.set(person.userId, person);
    announce();
  }

  async function refresh(): Promise<Result<void>> {
    plan();
    const reply = await link.request({ kind: 'load-contacts', userId: self });
    if (!reply.ok) return reply;
    await replaceAll(reply.value.contacts);
    return ok(undefined);
  }

  function plan(): void {
    cancelPoll();
    const intervalMs = (deps.isFocused() ? pollFocusedMs : pollUnfocusedMs) * (1 + pollJitter * deps.random.fraction());
    cancelPoll = clock.setTimer(intervalMs, () => {
      if (isConnected) void refresh();
      else plan();
    });
  }

  async function add(userId: UserId): Promise<Result<ContactView>> {
    adding.add(userId);
    try {
      const reply = await link.request({ kind: 'add-contact', userId: self, targetId: userId });
      if (!reply.ok) return reply;
      // Another id would be a push that crossed our request (safety A17): the lane does not hand us those.
      await upsert(reply.value.contact);
      const person = people.get(reply.value.contact.userId);
      return person === undefined ? err(appError('invalid-reply')) : ok(view(person));
    } finally {
      adding.delete(userId);
    }
  }

  function onPush(frame: ServerFrame): void {
    switch (frame.kind) {
      case 'contacts-loaded':
        void replaceAll(frame.contacts);
        break;
      case 'contact-added':
        void upsert(frame.contact);
        break;
      case 'contact-deleted':
        // Nobody asked: which one it was is not said (safety A18).
        void refresh();
        break;
      case 'message-received':
        // Who writes is there (safety A21).
        if (
          frame.message.senderId !== self &&
          people.has(frame.message.senderId) &&
          online.get(frame.message.senderId) === false
        ) {
          online.set(frame.message.senderId, true);
          announce();
        }
        break;
      default:
    }
  }

  return {
    list,
    refresh,
    add,
    onPush,
    onChanges,
    setConnected: (value) => {
      if (value === isConnected) return;
      isConnected = value;
      if (!value) online.clear();
      announce();
    },
    dispose: () => cancelPoll(),
  };
}
