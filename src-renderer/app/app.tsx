import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { localeFor } from '../../src-shared/domain/settings.ts';
import { AccountScreen } from '../features/account/account-screen.tsx';
import { LanguageSwitch } from '../features/settings/language-switch.tsx';
import { updateSettings } from '../features/settings/settings-store.ts';
import { Logo } from '../ui/logo.tsx';
import type { App } from './create-app.ts';
import { showLocale } from './i18n.ts';
import { MainScreen } from './main-screen.tsx';
import { NoticesBar } from './notices-bar.tsx';
import { QuitDialog } from './quit-dialog.tsx';
import { showTheme } from './theme.ts';
import './app.css';

/** The window: a screen, and over each of them the question before the program is left. */
export function AppWindow({ app }: { app: App }) {
  useAppearance(app);
  return (
    <>
      <Screen app={app} />
      <QuitDialog app={app} />
    </>
  );
}

/** Which screen, by the phase of the session. */
function Screen({ app }: { app: App }) {
  const session = useStore(app.session);
  const workspace = useStore(app.workspace, (state) => state.current);
  const isExpired = session.phase === 'expired';
  const [isLoggingInAgain, setIsLoggingInAgain] = useState(false);
  // What was wanted of an expired session ends with it.
  if (isLoggingInAgain && !isExpired) setIsLoggingInAgain(false);

  if (session.phase === 'starting' && session.account === null) return <Starting />;
  if (session.account !== null && workspace !== null && !isLoggingInAgain) {
    return (
      <MainScreen
        // Another account begins with nothing open.
        key={workspace.accountKey}
        app={app}
        workspace={workspace}
        session={session}
        account={session.account}
        onLogInAgain={() => setIsLoggingInAgain(true)}
      />
    );
  }
  return (
    <div className="window">
      <header>
        <NoticesBar store={app.notices} bridge={app.bridge} />
      </header>
      <AccountScreen
        bridge={app.bridge}
        session={session}
        servers={app.facts.servers}
        languageSwitch={<CornerLanguageSwitch app={app} />}
        {...(isExpired && { onBack: () => setIsLoggingInAgain(false) })}
      />
    </div>
  );
}

function Starting() {
  const { t } = useTranslation();
  return (
    <main className="centred skeleton" aria-busy>
      <Logo size={48} />
      <h1 className="visually-hidden">{t('app.starting')}</h1>
    </main>
  );
}

function CornerLanguageSwitch({ app }: { app: App }) {
  const choice = useStore(app.settings, (settings) => settings.locale);
  return (
    <LanguageSwitch
      locale={localeFor(choice, app.facts.systemLocale)}
      onChange={(locale) => void updateSettings({ store: app.settings, bridge: app.bridge }, { locale })}
    />
  );
}

/** Shows the language and the theme that were chosen, as soon as they are. */
function useAppearance(app: App): void {
  const { theme, locale } = useStore(app.settings);
  useEffect(() => showTheme(theme), [theme]);
  useEffect(() => showLocale(localeFor(locale, app.facts.systemLocale)), [locale, app]);
}
