import { expect, it } from 'vitest';
import type { Database } from '../../src-shared/sql/gateway.ts';
import { createOperations, type DatabaseOperations } from './create-operations.ts';
import { ackOf, anna, ben, fromMe, merge, openTestStore, wire, write } from './testing/test-store.ts';

/** What SQLite says where the disk is full. */
const full = (): Error => Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL', rawCode: 13 });

/** The same database, in which the disk is full at the write of this number. */
function failingAt(db: Database, failAt: number): { readonly db: Database; readonly writes: () => number } {
  let writes = 0;
  const tick = (): void => {
    writes += 1;
    if (writes === failAt) throw full();
  };
  return {
    writes: () => writes,
    db: {
      ...db,
      run: (sql, params) => (tick(), db.run(sql, params)),
      // Statements with RETURNING write as well.
      get: (sql, params) => (/^\s*(INSERT|UPDATE|DELETE)/.test(sql) && tick(), db.get(sql, params)),
      transaction: (work, mode) =>
        db.transaction(() => {
          const result = work();
          // The commit itself.
          tick();
          return result;
        }, mode),
    },
  };
}

type Step = (operations: DatabaseOperations) => unknown;
/** Every operation that writes. */
const steps: readonly Step[] = [
  (store) => store.upsertContact({ contact: { userId: ben, username: 'Ben', avatar: '', online: true }, nowMs: 1 }),
  (store) => merge(store, [wire(1, 'one'), wire(2, 'two'), fromMe(3, 'three')]),
  (store) => store.applyPushed({ messages: [wire(4, 'four'), wire(5, 'five')], nowMs: 2 }),
  (store) => write(store, 'queued', 70),
  (store) => write(store, 'acknowledged', 71, { isSentAtOnce: true }),
  (store) => store.markSent({ acks: [ackOf(71)] }),
  (store) => store.markInFlight({ rowIds: store.getOutbox({}).map((item) => item.rowId) }),
  (store) => store.markInDoubt({}),
  (store) => store.saveDraft({ peerId: ben, draft: { text: 'half', caret: 1 }, nowMs: 3 }),
  (store) => store.markRead({ peerId: anna, rowIds: store.getPage(newest).messages.map((row) => row.rowId) }),
  (store) => store.setTraits({ matchedAcks: 2, keepsIds: true, maxFileBytes: 5 }),
  (store) => store.park({ rowId: store.getOutbox({})[0]?.rowId ?? (0 as never), reason: 'refused' }),
  (store) => store.applyCleared({ peerId: anna, by: 'me', nowMs: 4 }),
];
const newest = { peerId: anna, anchor: { kind: 'newest' }, limit: 200 } as const;

const dump = (db: Database): string =>
  JSON.stringify(
    ['messages', 'outbox', 'conversations', 'people', 'account'].map((table) =>
      db.all(`SELECT * FROM ${table}`).map((row) => ({ ...(row as object), mac: undefined })),
    ),
  );

it('a disk that is full at any one write leaves all of an operation or nothing, and it works once there is space', () => {
  for (const [index, step] of steps.entries()) {
    for (let failAt = 1, isFailed = true; isFailed; failAt += 1) {
      const { store } = openTestStore();
      for (const earlier of steps.slice(0, index)) earlier(createOperations(store.context));
      const before = dump(store.context.db);
      const failing = failingAt(store.context.db, failAt);
      isFailed = false;
      try {
        step(createOperations({ ...store.context, db: failing.db }));
      } catch (error) {
        expect(error).toMatchObject({ code: 'SQLITE_FULL' });
        isFailed = true;
      }
      expect(isFailed).toBe(failAt <= failing.writes());
      if (isFailed) {
        expect(dump(store.context.db), `step ${index}, write ${failAt}`).toBe(before);
        step(createOperations(store.context));
        expect(dump(store.context.db)).not.toBe(before);
      }
      store.close();
    }
  }
});
