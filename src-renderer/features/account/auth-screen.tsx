import { Server } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '../../../src-shared/kernel/app-error.ts';
import type { ServerUrl } from '../../../src-shared/kernel/ids.ts';
import type { Bridge } from '../../../src-shared/ipc/contract.ts';
import type { SessionView } from '../../../src-shared/ipc/views.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Logo } from '../../ui/logo.tsx';
import { Note } from '../../ui/note.tsx';
import { TabPanel, Tabs } from '../../ui/tabs.tsx';
import { AuthForm, type Keeping } from './auth-form.tsx';
import type { AuthMode, Credentials } from './credentials.ts';
import { errorText } from '../../ui/error-text.ts';

type AuthScreenProps = {
  bridge: Bridge;
  session: SessionView;
  serverUrl: ServerUrl;
  initialMode: AuthMode;
  initialUsername: string;
  onChangeServer: () => void;
  /** Only where there is something to go back to. */
  onBack?: () => void;
};

/** Log in or register on one server. A success is followed by a new session, which takes this screen away. */
export function AuthScreen(props: AuthScreenProps) {
  const { bridge, session, serverUrl } = props;
  const { t } = useTranslation();
  const [mode, setMode] = useState(props.initialMode);
  const [typed, setTyped] = useState<Credentials>({
    username: props.initialUsername,
    email: '',
    password: '',
    repeat: '',
  });
  const [keeping, setKeeping] = useState<Keeping>({
    staySignedIn: true,
    history: session.vault === 'none' && session.history === 'keychain' ? 'memory' : session.history,
  });
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<AppError | null>(null);

  const submit = async (): Promise<void> => {
    setIsBusy(true);
    setError(null);
    const request = {
      serverUrl,
      username: typed.username.trim(),
      password: typed.password,
      staySignedIn: session.vault === 'keychain' && keeping.staySignedIn,
      history: session.vault === 'none' ? keeping.history : ('keychain' as const),
    };
    const result = await (mode === 'login'
      ? bridge['session:logIn'](request)
      : bridge['session:register']({ ...request, email: typed.email.trim() }));
    setIsBusy(false);
    if (!result.ok) setError(result.error);
  };

  const column = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const inputs = column.current?.querySelectorAll<HTMLInputElement>('.field-box > input') ?? [];
    Array.from(inputs)
      .find((input) => input.value === '')
      ?.focus();
  }, []);

  const modes = ['login', 'register'] as const;
  return (
    <div className="account-column" ref={column}>
      <div className="account-title">
        <Logo size={32} />
        <h1>{t(mode === 'login' ? 'auth.loginTitle' : 'auth.registerTitle')}</h1>
        {props.onBack && (
          <Button variant="link" onClick={props.onBack}>
            {t('common.back')}
          </Button>
        )}
      </div>
      <Tabs
        className="account-tabs"
        value={mode}
        label={t('auth.mode')}
        tabs={modes.map((value) => ({ value, label: t(`auth.${value}`) }))}
        onChange={(next) => {
          setMode(next);
          setError(null);
        }}
      >
        <div className="account-server">
          <Icon of={Server} />
          <span className="grow ellipsis numeric" title={serverUrl}>
            {serverUrl}
          </span>
          <Button variant="link" onClick={props.onChangeServer}>
            {t('auth.changeServer')}
          </Button>
        </div>
        {modes.map((value) => (
          <TabPanel key={value} value={value} className="account-panel">
            {error !== null && (
              <div ref={(element) => element?.scrollIntoView({ block: 'nearest' })}>
                <Note tone="bad">{errorText(t, error)}</Note>
              </div>
            )}
            <AuthForm
              mode={value}
              typed={typed}
              onType={setTyped}
              vault={session.vault}
              keeping={keeping}
              onKeeping={setKeeping}
              isBusy={isBusy}
              onSubmit={() => void submit()}
            />
          </TabPanel>
        ))}
      </Tabs>
    </div>
  );
}
