import type { ServerUrl } from '../../src-shared/kernel/ids.ts';
import type { AccountView, SessionView } from '../../src-shared/ipc/views.ts';
import type { WireAccount } from '../../src-shared/protocol/frames.ts';
import { safeAvatar } from '../contacts/avatar.ts';
import type { Open } from './session-types.ts';

/** An account as a server tells it, in the window's words. */
export function accountView(serverUrl: ServerUrl, account: WireAccount): AccountView {
  return {
    serverUrl,
    userId: account.userId,
    username: account.username,
    email: account.email,
    avatar: safeAvatar(account.avatar),
  };
}

/** Who is signed in, or was last, as the window knows it. */
export function sessionView(
  phase: SessionView['phase'],
  open: Pick<Open, 'account' | 'history'> | null,
  vaultStatus: SessionView['vault'],
  { lastServerUrl, lastUsername }: Pick<SessionView, 'lastServerUrl' | 'lastUsername'>,
): SessionView {
  return {
    phase,
    account: open?.account ?? null,
    lastServerUrl,
    lastUsername,
    vault: vaultStatus,
    history: open?.history ?? (vaultStatus === 'keychain' ? 'keychain' : 'memory'),
  };
}
