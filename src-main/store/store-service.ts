import { sqliteCode } from '../../src-shared/sql/gateway.ts';
import { createAsideWork, type AsideOutcome } from './aside-work.ts';
import { createOperations, type DatabaseOperations } from './create-operations.ts';
import { lockStore } from './store-lock.ts';
import { openStore, type OpenedStore } from './open-store.ts';
import type { OpenInput, OpenReport, StoreOperations } from './operations.ts';
import { createIndexer, type Indexer } from './search/indexer.ts';
import { failureKindOf, type StoreFailureKind } from './store-damage.ts';
import {
  asideOperations,
  type StoreProgress,
  type StoreReply,
  type StoreRequest,
  type StoreSlice,
} from './store-protocol.ts';

export type StoreService = {
  /** Null where the answer comes later, from `turn`. */
  readonly answer: (request: StoreRequest) => StoreReply | null;
  /** A piece of a frame that is about to be asked for. */
  readonly takeSlice: (slice: StoreSlice) => void;
  /** Whether there is work for `turn`. */
  readonly isBusy: () => boolean;
  /** Some milliseconds of what goes on aside. @returns what there is to say after it. */
  readonly turn: () => readonly (StoreReply | StoreProgress)[];
  /** Does a small part of what can wait. @returns whether there may be more of it. */
  readonly step: () => boolean;
};

/** The store inside its process: holds the one open database and answers requests, one after the other. */
export function createStoreService(
  nowMs: () => number,
  lock: typeof lockStore = lockStore,
  monotonicMs: () => number = nowMs,
): StoreService {
  const aside = createAsideWork(monotonicMs);
  /** Answers to what was given up. */
  let given: StoreReply[] = [];
  let store: OpenedStore | null = null;
  let operations: DatabaseOperations | null = null;
  let indexer: Indexer | null = null;
  let unlock = (): void => {};

  function close(): void {
    given.push(...aside.clear().map(replyOf));
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
    operations = createOperations(store.context);
    indexer = createIndexer(store.context);
    return store.report;
  }

  function run({ name, input }: StoreRequest): unknown {
    if (name === 'open') return open(input as OpenInput);
    if (name === 'close') return close();
    if (name === 'releaseFrame') return aside.release((input as Parameters<StoreOperations['releaseFrame']>[0]).held);
    if (operations === null) throw new Error('no database is open');
    // Main is the only one who asks, and asks through the typed client.
    const operation = operations[name as keyof DatabaseOperations] as (input: unknown) => unknown;
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

  function refusal(id: number, error: unknown): StoreReply {
    const code = kindOf(error);
    if (code === 'damaged') store?.noteDamage();
    return { id, ok: false, error: { code, detail: detailOf(error) } };
  }

  function replyOf(outcome: AsideOutcome): StoreReply {
    return 'error' in outcome ? refusal(outcome.id, outcome.error) : { id: outcome.id, ok: true, value: outcome.value };
  }

  return {
    step: () => indexer?.step() ?? false,
    answer: (request) => {
      try {
        if (!asideOperations.includes(request.name)) return { id: request.id, ok: true, value: run(request) };
        aside.begin(request, store?.context ?? null);
        return null;
      } catch (error) {
        return refusal(request.id, error);
      }
    },
    takeSlice: aside.takeSlice,
    isBusy: () => given.length > 0 || aside.isBusy(),
    turn: () => {
      const { ended, progress } = aside.turn();
      const said = [...given, ...progress, ...(ended === null ? [] : [replyOf(ended)])];
      given = [];
      return said;
    },
  };
}

const isConstraint = (error: unknown): boolean => sqliteCode(error)?.startsWith('SQLITE_CONSTRAINT') === true;

function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
