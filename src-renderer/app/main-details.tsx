import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { AccountView, ContactView } from '../../src-shared/ipc/views.ts';
import type { UserId } from '../../src-shared/kernel/ids.ts';
import { DetailsPane } from '../features/person/details-pane.tsx';
import { RemovedDialog } from '../features/person/removed-dialog.tsx';
import type { PersonActions } from '../features/person/use-person-actions.ts';
import type { Say } from '../ui/toast.tsx';
import type { App } from './create-app.ts';

type MainDetailsProps = {
  app: App;
  account: AccountView;
  peer: ContactView;
  actions: PersonActions;
  /** The pictures and files that were shared. */
  shared: ReactNode;
  takesFocus: boolean;
  say: Say;
  onCopy: (text: string, done: string) => void;
  onAdd: (peerId: UserId) => void;
  onClose: () => void;
};

/** The details pane, and the list of what can be brought back that it opens. */
export function MainDetails(props: MainDetailsProps) {
  const { app, account, peer, say } = props;
  const { t } = useTranslation();
  const isConnected = useStore(app.connection, ({ phase }) => phase === 'connected');
  const [isListing, setIsListing] = useState(false);
  return (
    <>
      <DetailsPane
        peer={peer}
        presence={isConnected ? peer.presence : 'unknown'}
        bridge={app.bridge}
        actions={props.actions}
        shared={props.shared}
        takesFocus={props.takesFocus}
        onCopyId={() => props.onCopy(String(peer.userId), t('me.idCopied'))}
        onAddContact={() => props.onAdd(peer.userId)}
        onShowRemoved={() => setIsListing(true)}
        onClose={props.onClose}
      />
      {isListing && (
        <RemovedDialog
          peer={peer}
          account={account}
          bridge={app.bridge}
          onClose={() => setIsListing(false)}
          onAllBack={() => {
            setIsListing(false);
            say(t('removed.back'));
          }}
        />
      )}
    </>
  );
}
