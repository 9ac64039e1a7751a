import { expect, it } from 'vitest';
import { encodeServerFrame } from '../../src-shared/protocol/codec.ts';
import type { HeldId } from '../connection/inbound-frame.ts';
import { createAsideWork } from './aside-work.ts';
import { anna, openTestStore, wire } from './testing/test-store.ts';

it('reads no third history while two others wait to be laid down, so that memory holds no more than those', () => {
  const { context } = openTestStore().store;
  // The clock stands still, so that each turn does a whole job.
  const aside = createAsideWork(() => 0);
  const messages = Array.from({ length: 300 }, (_, i) => wire(i + 1, `message ${i}`));
  const slice = Buffer.from(encodeServerFrame({ kind: 'messages-loaded', messages, droppedRows: 0 }));
  const read = (id: number): void => {
    aside.takeSlice({ id, slice, totalBytes: slice.length });
    aside.begin({ id, name: 'decodeFrame', input: {} }, null);
  };
  const layDown = (id: number, held: number): void => {
    const input = { peerId: anna, messages: held as HeldId, mayMatchContent: false, confirmedSince: [], nowMs: 1 };
    aside.begin({ id, name: 'mergeHistory', input }, context);
  };
  const names = (): (string | undefined)[] => {
    const ended = [];
    while (aside.isBusy()) ended.push(aside.turn().ended?.name);
    return ended;
  };
  read(1);
  read(2);
  expect(names()).toEqual(['decodeFrame', 'decodeFrame']);
  layDown(3, 1);
  layDown(4, 2);
  read(5);
  expect(names()).toEqual(['mergeHistory', 'decodeFrame', 'mergeHistory']);
});
