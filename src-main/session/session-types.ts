import type { ParsedRequestOf } from '../../src-shared/ipc/contract.ts';
import type { AccountView, ConnectionView, Notice, SessionView } from '../../src-shared/ipc/views.ts';
import type { ServerUrl } from '../../src-shared/kernel/ids.ts';
import type { Result } from '../../src-shared/kernel/result.ts';
import type { ClientFrame } from '../../src-shared/protocol/frames.ts';
import type { Link } from '../connection/link.ts';
import type { BlobStore } from '../files/blob-store.ts';
import type { Cancel, Logger, Random, Store, Vault } from '../ports.ts';
import type { AccountBook, History } from './account-book.ts';
import type { AccountScope } from './account-scope-types.ts';

export type Credentials = ParsedRequestOf<'session:logIn'>;
export type FirstFrame = Extract<ClientFrame, { kind: 'log-in' | 'register' }>;

export type Session = {
  readonly view: () => SessionView;
  readonly connection: () => ConnectionView;
  readonly scope: () => AccountScope | null;
  readonly link: () => Link | null;
  /** Opens the account that was signed in last: history first, then the server. Never rejects. */
  readonly restore: () => Promise<void>;
  readonly logIn: (credentials: Credentials) => Promise<Result<AccountView>>;
  readonly register: (request: ParsedRequestOf<'session:register'>) => Promise<Result<AccountView>>;
  readonly logOut: () => Promise<void>;
  /**
   * Opens what could not be opened: the last account, or the history of the one that is open. Does nothing where nothing
   * is wrong with it. Never rejects.
   */
  readonly retryHistory: () => Promise<void>;
  /**
   * Begins a new history in place of one whose key cannot be had, which is set aside (safety R20). What was written
   * without it goes into the new one. @throws StoreFailure
   */
  readonly startNewHistory: () => Promise<Result<void>>;
  readonly stop: () => Promise<void>;
};

/** An account that is open. */
export type Open = {
  readonly account: AccountView;
  readonly history: History;
  readonly scope: AccountScope;
  readonly link: Link;
  readonly logIn: LogIn;
};

export type SessionDeps = {
  readonly storageDir: string;
  readonly vault: Vault;
  readonly random: Random;
  readonly log: Logger;
  readonly book: AccountBook;
  readonly store: Store;
  readonly createLink: () => Link;
  /** @param token the newest of this account, for its own server alone; null while there is none. */
  readonly createScope: (
    account: AccountView,
    link: Link,
    blobs: BlobStore,
    token: () => string | null,
  ) => Promise<AccountScope>;
  /** Starts the built-in server where this is its address and it does not run. True where it was started now. */
  readonly ensureServer: (serverUrl: ServerUrl) => Promise<boolean>;
  readonly onView: (view: SessionView) => void;
  readonly onConnection: (view: ConnectionView) => void;
  readonly notice: (kind: Notice['kind'], detail: string) => void;
  /** What these said does not hold any more. */
  readonly endNotices: (kinds: readonly Notice['kind'][]) => void;
  /** Whether one of these was said and holds. */
  readonly isNoticed: (kinds: readonly Notice['kind'][]) => boolean;
  readonly nowMs: () => number;
  /** Tells once when there is space in this folder. */
  readonly waitForSpace: (dir: string, onSpace: () => void) => Cancel;
  readonly wait: (delayMs: number) => Promise<void>;
};

/** How one link logs in, and what it then keeps. */
export type LogIn = {
  readonly serverUrl: ServerUrl;
  /** The newest token; null before the first success of an interactive log-in, which sends `first`. */
  token: string | null;
  readonly first: FirstFrame | null;
  readonly history: History;
  readonly isTokenKept: boolean;
  /** Told after each log-in, and when the account could not be opened. */
  readonly onOutcome: (outcome: Result<AccountView>) => void;
};
