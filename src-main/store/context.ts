import type { KeyObject } from 'node:crypto';
import type { UserId } from '../../src-shared/kernel/ids.ts';
import type { Database } from '../../src-shared/sql/gateway.ts';

/** What every repository works with: one account's open database. */
export type StoreContext = {
  readonly db: Database;
  readonly self: UserId;
  readonly macKey: KeyObject;
};
