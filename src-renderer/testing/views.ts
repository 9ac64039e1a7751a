import { messageId, rowId, serverUrl, userId } from '../../src-shared/kernel/ids.ts';
import type {
  AccountView,
  ContactView,
  ConversationView,
  MessageView,
  SessionView,
  Snapshot,
} from '../../src-shared/ipc/views.ts';

/** Things to show, for tests. Each has sound values; a test names those that matter to it. */

export const me: AccountView = {
  serverUrl: serverUrl('ws://192.168.1.20:14514'),
  userId: userId(10025),
  username: '沈知遥',
  email: 'zhiyao@example.org',
  avatar: '',
};

export const signedOut: SessionView = {
  phase: 'signed-out',
  account: null,
  lastServerUrl: null,
  lastUsername: '',
  vault: 'keychain',
  history: 'keychain',
};

export const signedIn: SessionView = {
  ...signedOut,
  phase: 'signed-in',
  account: me,
  lastServerUrl: me.serverUrl,
  lastUsername: me.username,
};

export function aContact(id: number, username: string, rest: Partial<ContactView> = {}): ContactView {
  return { userId: userId(id), username, avatar: '', presence: 'online', isContact: true, isBlocked: false, ...rest };
}

/** A message of the conversation with `peerId`, from them unless `senderId` says otherwise. */
export function aMessage(peerId: number, text: string, rest: Partial<MessageView> = {}): MessageView {
  return {
    rowId: rowId(1),
    peerId: userId(peerId),
    senderId: userId(peerId),
    messageId: messageId(1),
    kind: 'text',
    text,
    sizeBytes: null,
    attachment: null,
    state: 'read',
    failure: null,
    atMs: Date.UTC(2026, 10, 21, 9, 41),
    position: 1,
    ...rest,
  };
}

export function aConversation(peerId: number, rest: Partial<ConversationView> = {}): ConversationView {
  return {
    peerId: userId(peerId),
    lastMessage: null,
    unreadCount: 0,
    draft: null,
    stagedCount: 0,
    activeAtMs: rest.lastMessage?.atMs ?? Date.UTC(2026, 10, 21),
    clearedByPeerAt: null,
    ...rest,
  };
}

export function aSnapshot(rest: Partial<Snapshot> = {}): Snapshot {
  return {
    session: signedIn,
    connection: { phase: 'connected', nextAttemptAtMs: null, cause: null },
    settings: { theme: 'system', locale: 'system', sendKey: 'enter', sidebarWidth: 300, showsDetails: false },
    systemLocale: 'en-GB',
    platform: 'linux',
    profile: 'default',
    servers: [],
    contacts: [],
    conversations: [],
    viewed: null,
    transfers: [],
    notices: [],
    ...rest,
  };
}
