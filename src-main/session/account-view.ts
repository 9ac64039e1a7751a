import type { ServerUrl } from '../../src-shared/kernel/ids.ts';
import type { AccountView } from '../../src-shared/ipc/views.ts';
import type { WireAccount } from '../../src-shared/protocol/frames.ts';
import { safeAvatar } from '../contacts/avatar.ts';

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
