import type { UserId } from '../src-shared/kernel/ids.ts';
import type { ClientFrame, ServerFailureKind, ServerFrame, WireEnvelope } from '../src-shared/protocol/frames.ts';
import type { Accounts, SignedIn } from './accounts.ts';
import type { Contacts } from './contacts.ts';
import { historyPieces } from './history.ts';
import type { Messages } from './messages.ts';
import type { LogReason } from './ports.ts';
import type { Posting } from './posting.ts';
import type { Presence } from './presence.ts';
import type { Peer, Sessions } from './sessions.ts';
import type { Tokens } from './tokens.ts';

/** A connection as requests see it. */
export type Requester = {
  readonly address: string;
  /** The signed-in side of the connection, or null before login. */
  readonly peer: () => Peer | null;
  readonly reply: (frame: ServerFrame) => void;
  readonly stream: (pieces: Iterable<string>) => Promise<void>;
  readonly signIn: (signedIn: SignedIn) => void;
  readonly signOut: () => void;
  /** Notes something that the client had no right to; the third time closes the connection (1008). */
  readonly strike: (reason: LogReason) => void;
  readonly close: (code: number, reason: string) => void;
};

/** A request as it came in; the content of a file may still be where it arrived. */
export type Incoming = Exclude<ClientFrame, { kind: 'send-file' | 'send-image' }> | Upload;
type Upload = WireEnvelope & {
  readonly kind: 'send-file' | 'send-image';
  readonly name: string;
  /** Base64, as strings or as its ASCII; can be read once. */
  readonly slices: Iterable<string | Uint8Array>;
};

/** Carries out one request. Replies come in the order of the requests, as long as each is waited for. */
export type Requests = { handle(frame: Incoming, from: Requester): Promise<void> | void };

type RequestsPorts = {
  readonly accounts: Accounts;
  readonly contacts: Contacts;
  readonly messages: Messages;
  readonly posting: Posting;
  readonly presence: Presence;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  /** Commits what earlier requests left for the next group commit, so that this one sees it and answers after it. */
  readonly settle: () => void;
};

type AuthFrame = Extract<ClientFrame, { kind: 'log-in' | 'log-in-by-token' | 'register' }>;

/** The failure that a request has in the protocol. The others have none: then there is no answer at all. */
export function failureOf(kind: ClientFrame['kind']): ServerFailureKind | undefined {
  switch (kind) {
    case 'log-in':
    case 'log-in-by-token':
      return 'log-in-failed';
    case 'register':
      return 'register-failed';
    case 'update-profile':
      return 'profile-update-failed';
    case 'load-contacts':
      return 'contacts-load-failed';
    case 'add-contact':
      return 'contact-add-failed';
    case 'delete-contact':
      return 'contact-delete-failed';
    default:
      return undefined;
  }
}

export function createRequests(ports: RequestsPorts): Requests {
  const { accounts, contacts, messages, posting, presence, sessions, tokens, settle } = ports;

  async function authenticate(frame: AuthFrame, from: Requester): Promise<void> {
    const isRegistration = frame.kind === 'register';
    const kind = isRegistration ? 'register-failed' : 'log-in-failed';
    if (from.peer() !== null) {
      from.reply({ kind, error: 'This connection is already logged in.' });
      return;
    }
    const outcome = await signInWith(frame, from.address);
    if (!outcome.ok) {
      from.reply({ kind, error: outcome.error });
      return;
    }
    from.signIn(outcome.value);
    const { account, token } = outcome.value;
    from.reply({ kind: isRegistration ? 'registered' : 'logged-in', account, token });
  }

  function signInWith(frame: AuthFrame, address: string) {
    if (frame.kind === 'register') return accounts.register(frame, address);
    return frame.kind === 'log-in' ? accounts.logIn(frame, address) : accounts.logInByToken(frame);
  }

  function addContact(peer: Peer, target: UserId, from: Requester): void {
    const me = peer.owner.person;
    const added = contacts.add(me, target);
    const contact = contacts.find(target);
    if (!added.ok || contact === undefined) {
      from.reply({ kind: 'contact-add-failed', error: added.ok ? 'Nobody here has this ID.' : added.error });
      return;
    }
    from.reply({ kind: 'contact-added', contact });
    presence.listChanged(me, peer);
    const self = contacts.find(me);
    if (added.value.isNewForTarget && self !== undefined)
      sessions.push(target, { kind: 'contact-added', contact: self });
  }

  async function updateProfile(frame: Extract<ClientFrame, { kind: 'update-profile' }>, peer: Peer, from: Requester) {
    const outcome = await accounts.updateProfile(frame, peer.owner);
    if (!outcome.ok) {
      from.reply({ kind: 'profile-update-failed', error: outcome.error });
      return;
    }
    const { account, revokedOthers } = outcome.value;
    from.reply({ kind: 'profile-updated', account });
    if (revokedOthers) sessions.endOthers(account.userId, peer.owner.tokenHash);
    presence.changed(account.userId);
  }

  function handleSignedIn(frame: Exclude<Incoming, AuthFrame>, peer: Peer, from: Requester): Promise<void> | void {
    const me = peer.owner.person;
    switch (frame.kind) {
      case 'log-out':
        tokens.revoke(peer.owner.tokenHash);
        sessions.endSame(peer);
        from.signOut();
        from.reply({ kind: 'logged-out' });
        return undefined;
      case 'update-profile':
        return updateProfile(frame, peer, from);
      case 'load-contacts':
        from.reply({ kind: 'contacts-loaded', contacts: contacts.list(me) });
        return undefined;
      case 'add-contact':
        addContact(peer, frame.targetId, from);
        return undefined;
      case 'delete-contact':
        contacts.remove(me, frame.targetId);
        from.reply({ kind: 'contact-deleted' });
        presence.listChanged(me, peer);
        return undefined;
      case 'send-message':
        posting.sendText(frame, peer, from);
        return undefined;
      case 'send-file':
      case 'send-image':
        return posting.sendFile(frame, frame.slices, peer, from);
      case 'load-messages':
        return from.stream(historyPieces(messages, me, frame.targetId));
      case 'mark-read':
        posting.markRead(frame.messageId, peer, from);
        return undefined;
      case 'clear-messages':
        messages.clear(me, frame.targetId);
        from.reply({ kind: 'history-cleared', userId: me, targetId: frame.targetId });
        posting.purgeCleared(me, frame.targetId);
        return undefined;
    }
  }

  function refuse(frame: Incoming, from: Requester, reason: 'not-signed-in' | 'not-yours'): void {
    const kind = failureOf(frame.kind);
    if (kind === undefined) from.strike(reason);
    else from.reply({ kind, error: reason === 'not-yours' ? 'This is not your account.' : 'Please log in first.' });
  }

  return {
    handle(frame, from) {
      // Texts and receipts gather for the next commit; everything else must see what came before it.
      if (frame.kind !== 'send-message' && frame.kind !== 'mark-read') settle();
      if (frame.kind === 'log-in' || frame.kind === 'log-in-by-token' || frame.kind === 'register') {
        return authenticate(frame, from);
      }
      const peer = from.peer();
      if (peer === null) return refuse(frame, from, 'not-signed-in');
      const claimed = claimedId(frame);
      if (claimed !== undefined && claimed !== peer.owner.person) return refuse(frame, from, 'not-yours');
      return handleSignedIn(frame, peer, from);
    },
  };
}

/** As whom a request says it acts; every one is checked against its connection (safety T22). */
function claimedId(frame: Exclude<Incoming, AuthFrame>): UserId | undefined {
  if ('senderId' in frame) return frame.senderId;
  return 'userId' in frame ? frame.userId : undefined;
}
