import { Ban, UserPlus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ContactView } from '../../../src-shared/ipc/views.ts';
import { Button } from '../../ui/button.tsx';
import { errorText } from '../../ui/error-text.ts';
import { Note } from '../../ui/note.tsx';
import type { PersonActions } from './use-person-actions.ts';
import './person-bar.css';

type PersonBarProps = {
  peer: ContactView;
  actions: PersonActions;
  onAddContact: () => void;
  /** The button that had the focus is gone. */
  onFocusLost: () => void;
};

/** Stands over the composer, or in its place: who this is, where it is no contact or somebody blocked. */
export function PersonBar({ peer, actions, onAddContact, onFocusLost }: PersonBarProps) {
  const { t } = useTranslation();
  const { problem } = actions;
  const name = peer.username;
  const dismiss = (): void => {
    actions.forgetProblem();
    onFocusLost();
  };
  return (
    <>
      {problem !== null && (
        <div className="person-problem">
          <Note tone="bad" dismiss={{ label: t('common.dismiss'), onPress: dismiss }}>
            {t('person.failed', { reason: errorText(t, problem) })}
          </Note>
        </div>
      )}
      {peer.isBlocked ? (
        <div className="person-bar">
          <span className="grow">{t('person.blocked', { name })}</span>
          <Button onClick={actions.unblock}>{t('person.unblock')}</Button>
        </div>
      ) : (
        !peer.isContact && (
          <div className="person-bar">
            <span className="grow">{t('conversation.stranger', { name })}</span>
            <Button icon={UserPlus} onClick={onAddContact}>
              {t('addContact.title')}
            </Button>
            <Button icon={Ban} onClick={() => actions.ask('block')}>
              {t('person.block')}
            </Button>
          </div>
        )
      )}
    </>
  );
}
