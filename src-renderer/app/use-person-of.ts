import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ContactView } from '../../src-shared/ipc/views.ts';
import type { UserId } from '../../src-shared/kernel/ids.ts';
import type { ContactsState, ContactsStore } from '../features/contacts/contacts-store.ts';

type PersonOf = (peerId: UserId) => ContactView;

/** Finds the person of an id, who may be unknown here. The same object as long as nobody changes. */
export function usePersonOf(store: ContactsStore): PersonOf {
  const { t } = useTranslation();
  const byId = useStore(store, (people) => people.byId);
  return useMemo(() => createPersonOf(byId, t), [byId, t]);
}

function createPersonOf(byId: ContactsState['byId'], t: TFunction): PersonOf {
  const nameless = new Map<UserId, ContactView>();
  return (peerId) => {
    const known = byId?.get(peerId);
    if (known !== undefined && known.username !== '') return known;
    const stranger = { userId: peerId, avatar: '', presence: 'unknown', isContact: false, isBlocked: false } as const;
    const person = nameless.get(peerId) ?? { ...stranger, ...known, username: t('me.id', { id: peerId }) };
    nameless.set(peerId, person);
    return person;
  };
}
