import type { AppErrorCode } from '../../src-shared/kernel/app-error.ts';
import type { Result } from '../../src-shared/kernel/result.ts';
import type { ServerUrl } from '../../src-shared/kernel/ids.ts';
import type { ClientFrame } from '../../src-shared/protocol/frames.ts';
import type { UploadEnvelope } from '../../src-shared/protocol/upload-frame.ts';
import type { InboundFrame } from './inbound-frame.ts';
import type { Cancel } from '../ports.ts';

/**
 * One server, one account, one live socket (safety §4.3). The link dials, logs in, notices death, waits and
 * dials again until it is stopped. It knows nothing of messages or people.
 */
export type Link = {
  readonly state: () => LinkState;
  readonly onState: (listener: (state: LinkState) => void) => Cancel;
  readonly start: (target: LinkTarget) => void;
  /** Ends the connection for good and resolves once the socket is closed (2 s at most). Pending requests fail as `cancelled`. */
  readonly stop: () => Promise<void>;
  /**
   * Cuts the present wait; or, where a connection stands or is being made, asks for a sign of life within 5 s, and the
   * next waits are short again (safety R3, R13). Any number of times for one reason.
   */
  readonly nudge: () => void;
  /** The person wants the connection: a nudge, which also ends a pause. */
  readonly retry: () => void;
  /** Closes this connection as out of step or in doubt, and reconnects. */
  readonly reset: (cause: AppErrorCode) => void;
  /**
   * Asks and waits for the one reply, in turn within its lane (protocol reading, "lanes"). `offline` unless catching up
   * or ready. Identical loads are joined while they wait for their turn, never with one that was asked before: what a
   * load answers is no older than its asking.
   */
  readonly request: <F extends LaneFrame>(frame: F) => Promise<Result<LaneReply<F['kind']>>>;
  /** Writes a frame that has no reply of its own; `offline` unless ready. Resolves once handed to the socket, which proves nothing (safety F7). */
  readonly send: (
    frame: Extract<ClientFrame, { kind: 'send-message' | 'mark-read' }>,
  ) => Promise<Result<{ readonly epoch: number }>>;
  /**
   * Writes a file as one message while it is read, and nothing else meanwhile: what is asked or sent in that time waits.
   * Resolves once the system took the last byte, which proves nothing (safety F7, F9). Whatever else ends it after its
   * beginning ends the connection too: no message can be taken back.
   */
  readonly upload: (request: UploadRequest) => Promise<UploadEnd>;
  /** What the server said it takes in one file, in its latest handshake; null: it said nothing. */
  readonly maxFileBytes: () => number | null;
  /** More came than can be dealt with: the other side is to wait. Ends with the connection. */
  readonly setHeld: (isHeld: boolean) => void;
  /** Everything that is no reply to a request: pushes, acks, unasked snapshots. */
  readonly onPush: (listener: (frame: InboundFrame) => void) => Cancel;
  /** The sockets that ended, with their close codes (safety F5). */
  readonly onClosed: (listener: (closed: Closed) => void) => Cancel;
  /** Longest round trip seen, for the grace (safety §4.2 step 4). */
  readonly worstRoundTripMs: () => number;
  /**
   * When a long frame last stood before whatever the server said next: now, while it arrives or is read. -Infinity: not on
   * this connection.
   */
  readonly heldUpAtMs: () => number;
  /** Frames that were ignored, by reason. For the diagnostics. */
  readonly counters: () => Readonly<Record<string, number>>;
};

export type Closed = {
  readonly epoch: number;
  readonly code: number;
  readonly wasReady: boolean;
  /** Else we gave it up, or the line broke: then its end says nothing of what was under way. */
  readonly isServersDoing: boolean;
};

export type UploadRequest = {
  readonly envelope: UploadEnvelope;
  readonly sizeBytes: number;
  /** Called when its turn has come. */
  readonly read: () => AsyncIterable<Uint8Array>;
  /** The first byte is about to be written. */
  readonly onBegun: () => void;
  /** Bytes of the file that the system took so far. */
  readonly onBytes: (doneBytes: number) => void;
  readonly signal?: AbortSignal;
};
/**
 * `not-begun`: not a byte of it was written. `cut-off`: never written whole, or nobody knows. `source-failed`: it could
 * not be read, or was not of the size announced; never written whole.
 */
export type UploadEnd = 'written' | 'not-begun' | 'cut-off' | 'source-failed';

export type LinkState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'dialing' | 'authenticating' | 'catching-up' | 'ready'; readonly epoch: number }
  | { readonly phase: 'waiting'; readonly nextAttemptAtMs: number; readonly cause: AppErrorCode }
  /** The same account is in use elsewhere, and this server keeps one of us only: until the person says so (safety R35). */
  | { readonly phase: 'paused' }
  /** The server refused the log-in: nothing is tried again until the next start. */
  | { readonly phase: 'refused'; readonly serverText: string };

export type LinkTarget = {
  readonly serverUrl: ServerUrl;
  /** Logs in on a fresh socket through `request`. `rejected` ends the link as refused; any other failure is tried again. */
  readonly authenticate: (request: Link['request']) => Promise<Result<void>>;
  /** Runs after each log-in, before `ready`. A failure resets the connection. */
  readonly catchUp: () => Promise<Result<void>>;
};

/** Requests that have a reply. */
export type LaneFrame = Exclude<ClientFrame, { kind: 'send-message' | 'send-file' | 'send-image' | 'mark-read' }>;

/** What comes back when the request succeeded. A failure reply is `rejected` with the server's text. */
export type LaneReply<K extends LaneFrame['kind']> = Extract<InboundFrame, { kind: LaneReplyKind[K] }>;
export type LaneReplyKind = {
  'log-in': 'logged-in';
  'log-in-by-token': 'logged-in';
  'log-out': 'logged-out';
  register: 'registered';
  'update-profile': 'profile-updated';
  'load-contacts': 'contacts-loaded';
  'add-contact': 'contact-added';
  'delete-contact': 'contact-deleted';
  'load-messages': 'messages-loaded' | 'history-held';
  'clear-messages': 'history-cleared';
};
