import type { KeyObject } from 'node:crypto';
import type { UserId } from '../../src-shared/kernel/ids.ts';
import type { Database } from '../../src-shared/sql/gateway.ts';
import type { Touches } from './touches.ts';

/** What every repository works with: one account's open database. */
export type StoreContext = {
  readonly db: Database;
  readonly self: UserId;
  readonly macKey: KeyObject;
  /** The server's `http(s)://host:port`, to tell its own addresses from others'; "" where nobody said it. */
  readonly serverOrigin: string;
  /** Every operation that changes a message says so here; see change-set.ts. */
  readonly touches: Touches;
};
