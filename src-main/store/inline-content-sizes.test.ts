import { expect, it } from 'vitest';
import type { RowId } from '../../src-shared/kernel/ids.ts';
import { merge, messagesOf, openTestStore, wire, type TestStore } from './testing/test-store.ts';

/** A store with one image of this content, and its row. */
function received(content: string): { store: TestStore; row: RowId } {
  const store = openTestStore();
  merge(store, [wire(1, content, { type: 'image' })]);
  const [message] = messagesOf(store);
  if (message === undefined) throw new Error('nothing was kept');
  return { store, row: message.rowId };
}

it('a frame full of tiny slices is read like any other, and does not exhaust the memory of the process', () => {
  const slices = 8_000_000;
  const { store, row } = received(`[${'"AQID",'.repeat(slices - 1)}"AQ=="]`);
  const first = store.readInline({ rowId: row, offset: 0, maxBytes: 4 });
  expect(first).toEqual({ bytes: Uint8Array.of(1, 2, 3, 1), isEnd: false });
  const last = store.readInline({ rowId: row, offset: 3 * (slices - 1), maxBytes: 4 });
  expect(last).toEqual({ bytes: Uint8Array.of(1), isEnd: true });
  store.store.close();
});

it('a data URL without base64 is read byte by byte: only two hexadecimal digits make one of three', () => {
  const { store, row } = received('data:text/plain,a%41%4a%4G%é%2');
  const read = store.readInline({ rowId: row, offset: 0, maxBytes: 100 });
  expect(read === 'invalid' ? read : Buffer.from(read.bytes).toString()).toBe('aAJ%4G%é%2');
  store.store.close();
});

it.each(['[]', '[""]', 'data:,'])('%s is an empty file, and not a damaged one', (content) => {
  const { store, row } = received(content);
  expect(store.getAttachment({ rowId: row })).toMatchObject({ source: { kind: 'inline' }, sizeBytes: null });
  expect(store.readInline({ rowId: row, offset: 0, maxBytes: 100 })).toEqual({ bytes: new Uint8Array(), isEnd: true });
  store.store.close();
});
