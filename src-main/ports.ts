import type { UserId } from '../src-shared/kernel/ids.ts';
import type { MergeProgress, OpenReport, StoreOperations } from './store/operations.ts';

/** What the core asks of the world. `createMain(ports)` runs in plain Node with fakes of these. */

/** Cancels what it was returned for; harmless when called again or too late. */
export type Cancel = () => void;

export type Clock = {
  /** Milliseconds since 1970 UTC. For showing and storing; may jump. */
  readonly nowMs: () => number;
  /** Milliseconds that never go back. For measuring and deciding. */
  readonly monotonicMs: () => number;
  readonly setTimer: (delayMs: number, callback: () => void) => Cancel;
};

export type Random = {
  /** A fraction in [0, 1). */
  readonly fraction: () => number;
  /** An integer in 1…2^31−1, unpredictable. */
  readonly wireInt: () => number;
  readonly bytes: (count: number) => Uint8Array;
  readonly uuid: () => string;
};

/** Takes an event's name and counts, sizes and codes. Never names, texts, tokens, passwords or paths (safety T31). */
export type Logger = (event: string, facts?: Readonly<Record<string, string | number | boolean | null>>) => void;

/** Seals small secrets with the system's keychain. */
export type Vault = {
  /** `keychain`: sealing works. `none`: no keychain worth the name (never `basic_text`). `locked`: there is one, but it did not open. */
  readonly status: () => 'keychain' | 'none' | 'locked';
  /** Which keychain it is, for the diagnostics and to notice a change, e.g. `gnome_libsecret`. */
  readonly backend: () => string;
  /** @throws when status is not `keychain`. */
  readonly seal: (plain: string) => Uint8Array;
  /** The plain text, or null when this keychain cannot open it. */
  readonly open: (sealed: Uint8Array) => string | null;
};

/** The store, asked from outside its process: every operation answers later and fails only by {@link StoreFailure}. */
export type Store = {
  readonly [Name in keyof StoreOperations]: (
    input: Parameters<StoreOperations[Name]>[0],
  ) => Promise<ReturnType<StoreOperations[Name]>>;
} & {
  /**
   * Told when the store's process died and is back: what it answered is on disk, what it did not is asked again. The
   * report says whether it is the same file: one that was damaged was set aside, with most of what it held.
   */
  readonly onRestarted: (listener: (report: OpenReport) => void) => Cancel;
  /** Told how far a long merge is, at most four times a second but for what is to be shown at once. */
  readonly onHistoryProgress: (listener: (progress: HistoryProgress) => void) => Cancel;
  /** Ends the process after a checkpoint. */
  readonly dispose: () => Promise<void>;
};

export type HistoryProgress = MergeProgress & { readonly peerId: UserId };

/** The one error a store call rejects with. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
  readonly code: 'disk-full' | 'store-unavailable';
  constructor(code: 'disk-full' | 'store-unavailable', message: string) {
    super(message);
    this.code = code;
  }
}

/** What the system does with files of the person. */
export type FileShell = {
  /** Asks where to save, beginning at this path. Null: the person changed their mind. */
  readonly askSavePath: (suggested: string) => Promise<string | null>;
  /** Opens a file in the program that the system has for it. False: it did not. Whether it may be is asked before. */
  readonly openPath: (filePath: string) => Promise<boolean>;
  readonly showInFolder: (filePath: string) => void;
  /** Goes on with a drag that began in the window as one of this file. */
  readonly startDrag: (filePath: string) => Promise<void>;
  readonly downloadsDir: () => string;
};

/** A process of ours that talks in plain objects: an Electron utility process, or a forked one in tests. */
export type ChildPort = {
  readonly send: (message: unknown) => void;
  readonly onMessage: (listener: (message: unknown) => void) => void;
  readonly onExit: (listener: (code: number | null) => void) => void;
  readonly kill: () => void;
};
/** Starts one of our built process files (`store`: dist/store/process.mjs, `server`: dist/server/embedded.mjs). */
export type ForkChild = (program: 'store' | 'server') => ChildPort;
