import type { UserId } from '../src-shared/kernel/ids.ts';
import type { Contacts } from './contacts.ts';
import type { Clock } from './ports.ts';
import type { Peer, Sessions } from './sessions.ts';

/** Tells people about their contacts, with a fresh CONTACTS_LOADED (protocol reading, "Our server"). */
export type Presence = {
  /** Somebody came, went or changed: everybody who has them as a contact is told, soon. */
  changed(person: UserId): void;
  /** A person's own list changed by one of their connections: the others are told. */
  listChanged(owner: UserId, by: Peer): void;
};

/** A list is sent whole, so that many changes in a moment become one. */
const gatherMs = 200;

type PresencePorts = {
  readonly contacts: () => Contacts;
  readonly sessions: () => Sessions;
  readonly isStopping: () => boolean;
  readonly clock: Clock;
};

export function createPresence({ contacts, sessions, isStopping, clock }: PresencePorts): Presence {
  const changedPeople = new Set<UserId>();
  let isScheduled = false;
  let lastSentMs = 0;

  function send(): void {
    isScheduled = false;
    if (isStopping()) return;
    lastSentMs = clock.nowMs();
    const watchers = new Set<UserId>();
    for (const person of changedPeople) for (const owner of contacts().ownersOf(person)) watchers.add(owner);
    changedPeople.clear();
    for (const watcher of watchers) {
      if (!sessions().isOnline(watcher)) continue;
      sessions().push(watcher, { kind: 'contacts-loaded', contacts: contacts().list(watcher) });
    }
  }

  return {
    changed(person) {
      changedPeople.add(person);
      if (isScheduled) return;
      isScheduled = true;
      const sinceLastMs = Math.max(0, clock.nowMs() - lastSentMs);
      clock.after(Math.max(0, gatherMs - sinceLastMs), send);
    },
    listChanged(owner, by) {
      sessions().push(owner, { kind: 'contacts-loaded', contacts: contacts().list(owner) }, by);
    },
  };
}
