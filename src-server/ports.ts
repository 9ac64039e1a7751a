import type { ClientFrameKind, FrameReject } from '../src-shared/protocol/frames.ts';

/** What the server takes from the outside world; tests give their own. */
export type Ports = {
  readonly clock: Clock;
  /** Bytes that nobody can guess. */
  readonly randomBytes: (size: number) => Uint8Array;
  readonly log: Log;
};

export type Clock = {
  /** Milliseconds since 1970 UTC. */
  readonly nowMs: () => number;
  /** Runs `work` once after `delayMs`; the returned function cancels it. */
  readonly after: (delayMs: number, work: () => void) => () => void;
  /** Runs `work` again and again; the returned function ends it. */
  readonly every: (periodMs: number, work: () => void) => () => void;
};

/**
 * A log by allow-list (safety T31): an event and these fields, nothing else, so that no name, text, path or
 * secret can slip in. `person` is an id; the logger writes a keyed hash of it.
 */
export type Log = (event: LogEvent, fields?: LogFields) => void;

export type LogEvent =
  | 'started'
  | 'stopped'
  | 'handshake-refused'
  | 'connection-opened'
  | 'connection-closed'
  | 'logged-in'
  | 'login-refused'
  | 'registered'
  | 'frame-rejected'
  | 'request-refused'
  | 'request-failed'
  | 'push-skipped'
  | 'file-served'
  | 'file-stored'
  | 'storage-failed';

export type LogFields = {
  readonly connection?: number;
  readonly person?: number;
  readonly verb?: ClientFrameKind;
  readonly reason?: FrameReject['reason'] | LogReason;
  readonly status?: number;
  readonly bytes?: number;
  readonly port?: number;
  readonly durationMs?: number;
  /** SQLite's or Node's name of an error, such as `SQLITE_FULL` or `ENOSPC`. */
  readonly code?: string;
};

export type LogReason =
  | 'host'
  | 'origin'
  | 'address-limit'
  | 'server-limit'
  | 'not-signed-in'
  | 'not-yours'
  | 'unknown-receiver'
  | 'binary'
  | 'too-large'
  | 'quota'
  | 'damaged'
  | 'slow-reader'
  | 'wrong-credentials'
  | 'delayed'
  | 'busy'
  | 'deadline'
  | 'silent'
  | 'signed-out'
  | 'strikes';
