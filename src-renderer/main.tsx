import './ui/tokens.css';
import './ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { localeFor } from '../src-shared/domain/settings.ts';
import { AppWindow } from './app/app.tsx';
import { createApp } from './app/create-app.ts';
import { Crashed, ErrorBoundary } from './app/error-boundary.tsx';
import { setUpI18n } from './app/i18n.ts';
import { showTheme } from './app/theme.ts';

const container = document.querySelector('#root');
if (container === null) throw new Error('index.html has no #root');
const root = createRoot(container);

const app = await createApp(window.kith);
const settings = app.ok ? app.value.settings.getState() : null;
// Before the first frame, so that nothing is seen in the wrong language or the wrong colours.
setUpI18n(localeFor(settings?.locale ?? 'system', app.ok ? app.value.facts.systemLocale : navigator.language));
showTheme(settings?.theme ?? 'system')();

// Closing, quitting and reloading end the page; main waits for what it still hands in.
if (app.ok) window.addEventListener('pagehide', app.value.dispose);

root.render(
  <StrictMode>
    <ErrorBoundary>{app.ok ? <AppWindow app={app.value} /> : <Crashed />}</ErrorBoundary>
  </StrictMode>,
);
