import { sqliteCode } from '../../src-shared/sql/gateway.ts';
import { createOperations } from './create-operations.ts';
import { lockStore } from './store-lock.ts';
import { openStore, type OpenedStore } from './open-store.ts';
import type { OpenInput, OpenReport, StoreOperations } from './operations.ts';
import { createIndexer, type Indexer } from './search/indexer.ts';
import { failureKindOf, type StoreFailureKind } from './store-damage.ts';
import type { StoreReply, StoreRequest } from './store-protocol.ts';

export type StoreService = {
  readonly answer: (request: StoreRequest) => StoreReply;
  /** Does a small part of what can wait. @returns whether there may be more of it. */
  readonly step: () => boolean;
};

/** The store inside its process: holds the one open database and answers requests, one after the other. */
export function createStoreService(nowMs: () => number, lock: typeof lockStore = lockStore): StoreService {
  let store: OpenedStore | null = null;
  let operations: StoreOperations | null = null;
  let indexer: Indexer | null = null;
  let unlock = (): void => {};

  function close(): void {
    const open = store;
    store = null;
    operations = null;
    indexer = null;
    try {
      open?.close();
    } finally {
      unlock();
      unlock = () => {};
    }
  }

  function open(input: OpenInput): OpenReport {
    close();
    if (input.path !== null) unlock = lock(input.path);
    try {
      store = openStore(input, nowMs());
    } catch (error) {
      close();
      throw error;
    }
    operations = { ...createOperations(store.context), open, close };
    indexer = createIndexer(store.context);
    return store.report;
  }

  function run({ name, input }: StoreRequest): unknown {
    if (name === 'open') return open(input as OpenInput);
    if (name === 'close') return close();
    if (operations === null) throw new Error('no database is open');
    // Main is the only one who asks, and asks through the typed client.
    const operation = operations[name] as (input: unknown) => unknown;
    return operation(input);
  }

  /** We never break a constraint of our own schema: where one is broken, look whether an index is damaged. */
  function kindOf(error: unknown): StoreFailureKind {
    const kind = failureKindOf(error);
    if (kind !== 'failed' || store === null || !isConstraint(error)) return kind;
    try {
      return store.isSound() ? 'failed' : 'damaged';
    } catch {
      return 'damaged';
    }
  }

  return {
    step: () => indexer?.step() ?? false,
    answer: (request) => {
      try {
        return { id: request.id, ok: true, value: run(request) };
      } catch (error) {
        const code = kindOf(error);
        if (code === 'damaged') store?.noteDamage();
        return { id: request.id, ok: false, error: { code, detail: detailOf(error) } };
      }
    },
  };
}

const isConstraint = (error: unknown): boolean => sqliteCode(error)?.startsWith('SQLITE_CONSTRAINT') === true;

function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
