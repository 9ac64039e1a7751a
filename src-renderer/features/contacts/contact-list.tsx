import { UserPlus, Users } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ContactView } from '../../../src-shared/ipc/views.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { dropMarks } from '../../ui/drop-marks.ts';
import { Icon } from '../../ui/icon.tsx';
import { moveBetweenRows } from '../../ui/rows.ts';
import type { ContactSection } from './contacts-store.ts';
import '../../ui/rows.css';
import './contact-list.css';

type ContactListProps = {
  /** Null while they are on their way. */
  sections: readonly ContactSection[] | null;
  viewedPeerId: UserId | null;
  /** Over whom files are being dragged. */
  dropPeerId: UserId | null;
  onOpen: (peerId: UserId) => void;
  onAdd: () => void;
};

/** Everyone who was added: online first, A to Z. */
export function ContactList({ sections, viewedPeerId, dropPeerId, onOpen, onAdd }: ContactListProps) {
  const { t } = useTranslation();
  if (sections === null) return null;
  if (sections.length === 0) {
    return (
      <EmptyState
        art={<Icon of={Users} size={32} />}
        title={t('contacts.emptyTitle')}
        text={t('contacts.emptyText')}
        actions={
          <Button variant="primary" icon={UserPlus} onClick={onAdd}>
            {t('addContact.title')}
          </Button>
        }
      />
    );
  }
  return (
    // The arrow keys only add to what Tab already does.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <ul className="contact-list scroll-area" aria-label={t('sidebar.contacts')} onKeyDown={moveBetweenRows}>
      {sections.map(({ key, contacts }) =>
        contacts.map((contact, index) => (
          <li key={contact.userId}>
            {index === 0 && <h2 className="list-section">{t(`contacts.${key}`)}</h2>}
            <ContactRow
              contact={contact}
              isViewed={contact.userId === viewedPeerId}
              isDropTarget={contact.userId === dropPeerId}
              onOpen={onOpen}
            />
          </li>
        )),
      )}
    </ul>
  );
}

type ContactRowProps = {
  contact: ContactView;
  isViewed: boolean;
  isDropTarget: boolean;
  onOpen: (peerId: UserId) => void;
};

function ContactRow({ contact, isViewed, isDropTarget, onOpen }: ContactRowProps) {
  const { t } = useTranslation();
  // A stranger who is blocked is known by id alone.
  const name = contact.username === '' ? t('me.id', { id: contact.userId }) : contact.username;
  return (
    <button
      type="button"
      className="list-row compact"
      {...dropMarks('row', contact)}
      data-is-drop-target={isDropTarget || undefined}
      aria-current={isViewed || undefined}
      onClick={() => onOpen(contact.userId)}
    >
      <Avatar
        id={contact.userId}
        name={name}
        picture={contact.avatar}
        size={32}
        presence={{ is: contact.presence, label: t(`presence.${contact.presence}`) }}
      />
      <bdi className="ellipsis grow">{name}</bdi>
      {isDropTarget && <span className="contact-drop">{t('drop.here')}</span>}
    </button>
  );
}
