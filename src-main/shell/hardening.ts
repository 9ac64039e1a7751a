import { app, type Session } from 'electron';
import type { Logger } from '../ports.ts';
import { devContentSecurityPolicy } from './content-security-policy.ts';
import { isOfOrigin } from './sender-check.ts';

/** The page may put text on the clipboard after a click. Nothing else is ever granted. */
const grantedPermission = 'clipboard-sanitized-write';

type SessionRules = {
  /** The origin of our page. */
  readonly pageOrigin: string;
  /** The origin of the hot-reloading server under `npm run dev`, else null. */
  readonly devServerOrigin: string | null;
  readonly isPackaged: boolean;
};

/** Takes from a session everything that our page does not need (safety §5.2). */
export function hardenSession(session: Session, { pageOrigin, devServerOrigin, isPackaged }: SessionRules): void {
  // As a string: newer versions ask for permissions that older ones have no name for.
  const isGranted = (permission: string, url: string): boolean =>
    permission === grantedPermission && isOfOrigin(url, pageOrigin);
  session.setPermissionRequestHandler((_webContents, permission, answer, details) =>
    answer(isGranted(permission, details.requestingUrl)),
  );
  session.setPermissionCheckHandler((_webContents, permission, requestingOrigin) =>
    isGranted(permission, requestingOrigin),
  );
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  // Otherwise Chromium fetches dictionaries from a server of its maker.
  session.setSpellCheckerEnabled(false);
  session.setSpellCheckerDictionaryDownloadURL('https://00.00/');

  const allowedPrefixes = ['app://bundle/', 'app-media://', 'blob:', ...(isPackaged ? [] : ['devtools://'])];
  if (devServerOrigin !== null)
    allowedPrefixes.push(`${devServerOrigin}/`, `${devServerOrigin.replace(/^http/, 'ws')}/`);
  session.webRequest.onBeforeRequest(({ url }, answer) =>
    answer({ cancel: !allowedPrefixes.some((prefix) => url.startsWith(prefix)) }),
  );
  if (devServerOrigin !== null) {
    const policy = devContentSecurityPolicy(devServerOrigin);
    session.webRequest.onHeadersReceived(({ responseHeaders }, answer) =>
      answer({ responseHeaders: { ...responseHeaders, 'Content-Security-Policy': policy } }),
    );
  }
}

type ProgramRules = {
  /** The one address a page may go to: itself, when it loads again. */
  readonly pageUrl: string;
  readonly openExternal: (address: string) => Promise<void>;
  readonly log: Logger;
};

/** Locks navigation, windows, certificates and log-in prompts of everything the program shows (safety §5.2). Call it before `ready`. */
export function hardenProgram({ pageUrl, openExternal, log }: ProgramRules): void {
  app.on('web-contents-created', (_created, webContents) => {
    const refuse = (event: { preventDefault: () => void }): void => {
      log('navigation-refused');
      event.preventDefault();
    };
    webContents.on('will-frame-navigate', (event) => {
      if (!event.isMainFrame || event.url !== pageUrl) refuse(event);
    });
    webContents.on('will-redirect', refuse);
    webContents.on('will-attach-webview', refuse);
    webContents.setWindowOpenHandler(({ url }) => {
      void openExternal(url);
      return { action: 'deny' };
    });
    webContents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  });
  app.on('certificate-error', (event, _webContents, _url, _error, _certificate, answer) => {
    event.preventDefault();
    answer(false);
  });
  app.on('select-client-certificate', (event, _webContents, _url, _list, answer) => {
    event.preventDefault();
    answer();
  });
  app.on('login', (event) => event.preventDefault());
  app.on('child-process-gone', (_event, { type, reason, exitCode }) =>
    log('child-process-gone', { type, reason, exitCode }),
  );
}
