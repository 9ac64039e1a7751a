import { useState, type ReactNode } from 'react';
import type { ServerUrl } from '../../../src-shared/kernel/ids.ts';
import type { Bridge } from '../../../src-shared/ipc/contract.ts';
import type { SessionView } from '../../../src-shared/ipc/views.ts';
import { AuthScreen } from './auth-screen.tsx';
import type { AuthMode } from './credentials.ts';
import { FirstStart } from './first-start.tsx';
import './account.css';

type AccountScreenProps = {
  bridge: Bridge;
  session: SessionView;
  servers: readonly ServerUrl[];
  /** Stands in the corner. */
  languageSwitch: ReactNode;
  /** Only where there is something to go back to: an expired session with its history. */
  onBack?: () => void;
};

type Place =
  | { readonly step: 'server'; readonly address: string | null }
  | { readonly step: 'account'; readonly serverUrl: ServerUrl; readonly mode: AuthMode; readonly username: string };

/** Everything before the first conversation: which server, and who. */
export function AccountScreen({ bridge, session, servers, languageSwitch, onBack }: AccountScreenProps) {
  const [place, setPlace] = useState(() => firstPlace(session));
  return (
    <main className="account">
      <div className="account-scroll">
        {place.step === 'server' ? (
          <FirstStart
            bridge={bridge}
            servers={servers}
            initialAddress={place.address}
            onServer={(serverUrl, isLocal) =>
              setPlace({ step: 'account', serverUrl, mode: isLocal ? 'register' : 'login', username: '' })
            }
          />
        ) : (
          <AuthScreen
            bridge={bridge}
            session={session}
            serverUrl={place.serverUrl}
            initialMode={place.mode}
            initialUsername={place.username}
            onChangeServer={() => setPlace({ step: 'server', address: place.serverUrl })}
            {...(onBack && { onBack })}
          />
        )}
      </div>
      <footer className="account-corner">{languageSwitch}</footer>
    </main>
  );
}

/** Where someone was before, they log in again; a new person chooses a server first. */
function firstPlace({ account, lastServerUrl, lastUsername }: SessionView): Place {
  const serverUrl = account?.serverUrl ?? lastServerUrl;
  if (serverUrl === null) return { step: 'server', address: null };
  return { step: 'account', serverUrl, mode: 'login', username: account?.username ?? lastUsername };
}
