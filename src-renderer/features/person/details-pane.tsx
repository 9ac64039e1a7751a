import { Ban, Copy, Eraser, Trash2, Undo2, UserPlus, X, type LucideIcon } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Bridge } from '../../../src-shared/ipc/contract.ts';
import type { ContactView, Presence } from '../../../src-shared/ipc/views.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import type { PersonActions } from './use-person-actions.ts';
import { useRemovedTotal } from './use-removed-total.ts';
import '../../ui/pane-header.css';
import './details-pane.css';

type DetailsPaneProps = {
  peer: ContactView;
  /** Unknown while we are not connected. */
  presence: Presence;
  bridge: Bridge;
  actions: PersonActions;
  /** Stands between who it is and what can be done. */
  shared: ReactNode;
  /** It was opened just now by the person, not found open. */
  takesFocus: boolean;
  onCopyId: () => void;
  onAddContact: () => void;
  onShowRemoved: () => void;
  onClose: () => void;
};

/** Who this is and what can be done about the conversation. Beside it, or over it where the window is narrow. */
export function DetailsPane(props: DetailsPaneProps) {
  const { peer, presence, bridge, actions, takesFocus, onClose } = props;
  const { t } = useTranslation();
  const removedTotal = useRemovedTotal(bridge, peer.userId);
  const element = useRef<HTMLElement>(null);
  // The pane itself: a button would show its tooltip.
  useEffect(() => {
    if (takesFocus) element.current?.focus();
  }, [takesFocus]);
  return (
    // Esc only adds to the button that closes it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <aside
      ref={element}
      tabIndex={-1}
      className="details"
      aria-label={t('person.details')}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <header className="pane-header">
        <h2 className="grow">{t('person.title')}</h2>
        <IconButton icon={X} label={t('person.close')} onClick={onClose} />
      </header>
      <div className="details-body scroll-area">
        <div className="details-card">
          <Avatar
            id={peer.userId}
            name={peer.username}
            picture={peer.avatar}
            size={64}
            presence={{ is: presence, label: t(`presence.${presence}`) }}
          />
          <p className="details-name">
            <bdi>{peer.username}</bdi>
          </p>
          <p className="details-id numeric">
            {t('me.id', { id: peer.userId })}
            <IconButton icon={Copy} size="small" label={t('person.copyId')} onClick={props.onCopyId} />
          </p>
        </div>
        {props.shared}
        <div className="details-actions">
          {!peer.isContact && !peer.isBlocked && (
            <Action icon={UserPlus} onClick={props.onAddContact}>
              {t('addContact.title')}
            </Action>
          )}
          {removedTotal > 0 && (
            <Action icon={Undo2} onClick={props.onShowRemoved}>
              {t('removed.open', { total: removedTotal })}
            </Action>
          )}
          <Action icon={Eraser} isDanger onClick={() => actions.ask('clear')}>
            {t('person.clear')}
          </Action>
          {peer.isContact && (
            <Action icon={Trash2} isDanger onClick={() => actions.ask('delete')}>
              {t('person.delete')}
            </Action>
          )}
          {peer.isBlocked ? (
            <Action icon={Ban} onClick={actions.unblock}>
              {t('person.unblock')}
            </Action>
          ) : (
            <Action icon={Ban} isDanger onClick={() => actions.ask('block')}>
              {t('person.block')}
            </Action>
          )}
        </div>
      </div>
    </aside>
  );
}

type ActionProps = { icon: LucideIcon; isDanger?: boolean; onClick: () => void; children: string };

function Action({ icon, isDanger = false, onClick, children }: ActionProps) {
  return (
    <button type="button" className={`details-action${isDanger ? ' danger' : ''}`} onClick={onClick}>
      <Icon of={icon} />
      <span className="grow">{children}</span>
    </button>
  );
}
