import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { undoMigrations } from './testing/earlier-version.ts';
import { anna, merge, openTestStore, wire, type TestStore } from './testing/test-store.ts';

const dayMs = 24 * 60 * 60 * 1_000;
const clear = (store: TestStore, nowMs: number): unknown => store.applyCleared({ peerId: anna, by: 'me', nowMs });
const removedOf = (store: TestStore): string[] =>
  store.listRemoved({ peerId: anna, after: null, limit: 200, nowMs: 10 }).removed.map(({ message }) => message.text);

describe('what was removed', () => {
  it('is still there after a clock that was years ahead is put right again, whatever it was at the last start', () => {
    for (const lastStart of [null, -20 * dayMs]) {
      const store = openTestStore();
      if (lastStart !== null) store.forgetRemoved({ nowMs: lastStart });
      merge(store, [wire(1, 'a')]);
      clear(store, 5);
      store.forgetRemoved({ nowMs: 3_650 * dayMs });
      store.forgetRemoved({ nowMs: 3_651 * dayMs });
      store.forgetRemoved({ nowMs: 7 });
      store.forgetRemoved({ nowMs: 8 * dayMs });
      expect(removedOf(store)).toEqual(['a']);
    }
  });

  it('loses its text in a history of an earlier version, too', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'kith-removed-'));
    const file = path.join(folder, 'history.db');
    const first = openTestStore(file);
    merge(first, [wire(1, 'secret')]);
    clear(first, 5);
    undoMigrations(first.store.context.db, 'forgot_at_ms');
    first.store.close();
    const store = openTestStore(file);
    expect(store.store.report.outcome).toBe('opened');
    expect(removedOf(store)).toEqual(['secret']);
    store.forgetRemoved({ nowMs: 31 * dayMs });
    store.forgetRemoved({ nowMs: 38 * dayMs });
    expect(store.store.context.db.get('SELECT length(text) AS n FROM messages')).toEqual({ n: 0 });
    store.store.close();
    rmSync(folder, { recursive: true, force: true });
  });
});
