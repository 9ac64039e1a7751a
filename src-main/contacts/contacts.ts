import { appError } from '../../src-shared/kernel/app-error.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import type { UserId } from '../../src-shared/kernel/ids.ts';
import type { ContactView, Presence } from '../../src-shared/ipc/views.ts';
import type { ServerFrame, WireContact } from '../../src-shared/protocol/frames.ts';
import type { Link } from '../connection/link.ts';
import type { EventOutlet } from '../event-outlet.ts';
import type { Cancel, Clock, Logger, Random, Store } from '../ports.ts';
import type { Changes, PersonRow } from '../store/operations.ts';
import { safeAvatar } from './avatar.ts';

/** Presence is polled (protocol reading, "What the protocol lacks"), with jitter so that clients do not march in step. */
const pollFocusedMs = 30_000;
const pollUnfocusedMs = 120_000;
const pollJitter = 0.2;
/** A server that does not say who is there any more: what it said this long ago is no news (safety A21). */
const staleAfterMs = 90_000;

export type Contacts = {
  readonly list: () => readonly ContactView[];
  /** Whether this is anybody we have heard of, a contact or not. */
  readonly has: (userId: UserId) => boolean;
  /** LOAD_CONTACTS, merged. Used after each log-in, on focus and by the poll. */
  readonly refresh: () => Promise<Result<void>>;
  readonly add: (userId: UserId) => Promise<Result<ContactView>>;
  /** DELETE_CONTACT. The person stays known here, with the history (safety A18). */
  readonly remove: (userId: UserId) => Promise<Result<void>>;
  /** Takes the frames about people; anything else is left alone. */
  readonly onPush: (frame: ServerFrame) => void;
  /** Names of strangers come with conversations: keeps the list of people complete. */
  readonly onChanges: (changes: Changes) => void;
  /** The window may know others, or know them otherwise: it is told of all there are and of all `shown`. */
  readonly showAnew: (shown: readonly UserId[]) => void;
  /** Presence is only known while connected. */
  readonly setConnected: (isConnected: boolean) => void;
  readonly dispose: () => void;
};

export type ContactsDeps = {
  readonly self: UserId;
  readonly people: readonly PersonRow[];
  readonly store: Pick<Store, 'replaceContacts' | 'upsertContact' | 'removeContact'>;
  readonly link: Pick<Link, 'request'>;
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly log: Logger;
  readonly isFocused: () => boolean;
  /** Tells the window of people who are new, or other than they were. */
  readonly tell: EventOutlet['publishContacts'];
};

/** The people of one account: who they are from the store, whether they are there from the server. */
export function createContacts(deps: ContactsDeps): Contacts {
  const { self, store, link, clock } = deps;
  /** With pictures that may be shown. */
  const people = new Map<UserId, PersonRow>();
  const online = new Map<UserId, boolean>();
  /** Being added or deleted: a list that comes meanwhile may be older or newer than that. */
  const changing = new Set<UserId>();
  /** Who was added or deleted when: a list that was asked for earlier does not know of it yet (safety A19). */
  const changedAt = new Map<UserId, number>();
  /** Counts lists asked for and people added or deleted, in their order. */
  let step = 0;
  let heardAtMs = 0;
  let isConnected = false;
  let isDisposed = false;
  let cancelPoll: Cancel = () => {};

  const presence = (userId: UserId): Presence => {
    const known = isConnected ? online.get(userId) : undefined;
    if (known === undefined) return 'unknown';
    return known ? 'online' : 'offline';
  };
  const view = (person: PersonRow): ContactView => ({ ...person, presence: presence(person.userId) });
  const list = (): ContactView[] => [...people.values()].map(view);
  function keep(rows: readonly PersonRow[]): void {
    for (const person of rows) people.set(person.userId, { ...person, avatar: safeAvatar(person.avatar) });
  }
  keep(deps.people);

  function tell(userIds: Iterable<UserId>): void {
    // What was still under way when the account was closed is no news to the next one.
    if (isDisposed) return;
    const known = [...new Set(userIds)].flatMap((userId) => people.get(userId) ?? []);
    if (known.length > 0) deps.tell(known.map(view));
  }

  function onChanges(changes: Changes): void {
    keep(changes.people);
    const strangers = changes.conversations.map(({ peerId }) => peerId).filter((peerId) => !people.has(peerId));
    keep(strangers.map(nobody));
    tell([...changes.people.map(({ userId }) => userId), ...strangers]);
  }

  /** @param changed people whose adding or deleting this list may not know of yet, besides those under way. */
  async function replaceAll(contacts: readonly WireContact[], changed: readonly UserId[]): Promise<void> {
    heardAtMs = clock.monotonicMs();
    const untouched = [...changing, ...changed];
    const others = contacts.filter((contact) => contact.userId !== self);
    const before = new Map(online);
    for (const userId of online.keys()) if (!untouched.includes(userId)) online.delete(userId);
    for (const contact of others) online.set(contact.userId, contact.online);
    const changes = await store.replaceContacts({ contacts: others, untouched, nowMs: clock.nowMs() });
    const heardOf = [...before.keys(), ...online.keys()];
    const moved = heardOf.filter((userId) => online.get(userId) !== before.get(userId));
    keep(changes.people);
    tell([...changes.people.map(({ userId }) => userId), ...moved]);
  }

  async function upsert(contact: WireContact): Promise<void> {
    if (contact.userId === self) return;
    changedAt.set(contact.userId, ++step);
    online.set(contact.userId, contact.online);
    const changes = await store.upsertContact({ contact, nowMs: clock.nowMs() });
    keep(changes.people);
    tell([contact.userId]);
  }

  async function refresh(): Promise<Result<void>> {
    plan();
    const askedAt = ++step;
    const reply = await link.request({ kind: 'load-contacts', userId: self });
    if (!reply.ok) {
      if (clock.monotonicMs() - heardAtMs >= staleAfterMs) forgetPresence();
      return reply;
    }
    const later = [...changedAt].filter(([, at]) => at > askedAt).map(([userId]) => userId);
    await replaceAll(reply.value.contacts, later);
    return ok(undefined);
  }

  function forgetPresence(): void {
    const heardOf = [...online.keys()];
    online.clear();
    tell(heardOf);
  }

  function plan(): void {
    cancelPoll();
    if (isDisposed) return;
    const intervalMs = (deps.isFocused() ? pollFocusedMs : pollUnfocusedMs) * (1 + pollJitter * deps.random.fraction());
    cancelPoll = clock.setTimer(intervalMs, () => {
      if (isConnected) inBackground(refresh());
      else plan();
    });
  }

  /** The next poll makes up for what failed. */
  function inBackground(work: Promise<unknown>): void {
    void work.catch((error: unknown) =>
      deps.log('contacts-not-kept', { error: error instanceof Error ? error.name : 'unknown' }),
    );
  }

  async function add(userId: UserId): Promise<Result<ContactView>> {
    changing.add(userId);
    try {
      const reply = await link.request({ kind: 'add-contact', userId: self, targetId: userId });
      // Whatever was wrong, the server's list is the truth (safety A20).
      if (!reply.ok && reply.error.code === 'rejected') inBackground(refresh());
      if (!reply.ok) return reply;
      await upsert(reply.value.contact);
      const person = people.get(userId);
      return person === undefined ? err(appError('invalid-reply')) : ok(view(person));
    } finally {
      changing.delete(userId);
    }
  }

  async function remove(userId: UserId): Promise<Result<void>> {
    changing.add(userId);
    try {
      const reply = await link.request({ kind: 'delete-contact', userId: self, targetId: userId });
      if (!reply.ok && reply.error.code === 'rejected') inBackground(refresh());
      if (!reply.ok) return reply;
      changedAt.set(userId, ++step);
      online.delete(userId);
      onChanges(await store.removeContact({ userId }));
      return ok(undefined);
    } finally {
      changing.delete(userId);
    }
  }

  function onPush(frame: ServerFrame): void {
    switch (frame.kind) {
      case 'contacts-loaded':
        inBackground(replaceAll(frame.contacts, []));
        break;
      case 'contact-added':
        inBackground(upsert(frame.contact));
        break;
      case 'contact-deleted':
        // Nobody asked: which one it was is not said (safety A18).
        inBackground(refresh());
        break;
      case 'message-received':
        // Who writes is there (safety A21).
        if (
          frame.message.senderId !== self &&
          people.has(frame.message.senderId) &&
          online.get(frame.message.senderId) === false
        ) {
          online.set(frame.message.senderId, true);
          tell([frame.message.senderId]);
        }
        break;
      default:
    }
  }

  return {
    list,
    has: (userId) => people.has(userId),
    refresh,
    add,
    remove,
    onPush,
    onChanges,
    showAnew: (shown) => {
      if (isDisposed) return;
      const gone = shown.filter((userId) => !people.has(userId)).map((userId) => view(nobody(userId)));
      deps.tell([...gone, ...list()]);
    },
    setConnected: (value) => {
      if (value === isConnected) return;
      isConnected = value;
      forgetPresence();
    },
    dispose: () => {
      isDisposed = true;
      cancelPoll();
    },
  };
}

/** Somebody of whom there is only the id. */
const nobody = (userId: UserId): PersonRow => ({
  userId,
  username: '',
  avatar: '',
  isContact: false,
  isBlocked: false,
});
