import { describe, expect, it } from 'vitest';
import type { TransferView } from '../../../src-shared/ipc/attachment-views.ts';
import { rowId, userId } from '../../../src-shared/kernel/ids.ts';
import i18next from 'i18next';
import { doneShare, transferLine } from './transfer-line.ts';
import { createTransfersStore, selectIsUploading, withTransfers } from './transfers-store.ts';

const running: TransferView = {
  rowId: rowId(1),
  peerId: userId(2),
  direction: 'up',
  phase: 'running',
  doneBytes: 29_800_000,
  totalBytes: 48_000_000,
  bytesPerSecond: 3_200_000,
  error: null,
};

describe('the transfers of an account', () => {
  it('are kept while they are under way or failed, and forgotten once they are done or cancelled', () => {
    const state = withTransfers(createTransfersStore().getState(), [
      running,
      { ...running, rowId: rowId(2) },
      { ...running, rowId: rowId(3), phase: 'failed', error: 'file-gone' },
    ]);
    const later = withTransfers(state, [
      { ...running, phase: 'done' },
      { ...running, rowId: rowId(2), phase: 'cancelled' },
    ]);
    expect([...later.byRowId.keys()]).toEqual([3]);
  });

  it.each<[boolean, string, Partial<TransferView>]>([
    [true, 'a file that is being written', {}],
    [false, 'one that waits for its turn or for the server', { phase: 'waiting' }],
    [false, 'one that comes in', { direction: 'down' }],
  ])('hold up what is to be sent (%s): %s', (isHeldUp, _, change) => {
    const state = withTransfers(createTransfersStore().getState(), [{ ...running, ...change }]);
    expect(selectIsUploading(state)).toBe(isHeldUp);
  });
});

describe('the line of a transfer', () => {
  it.each<[string, Partial<TransferView>, string]>([
    ['how far, how fast and how long', {}, '29.8 / 48.0 MB · 3.2 MB/s · 6 s'],
    ['minutes', { bytesPerSecond: 100_000 }, '29.8 / 48.0 MB · 100 kB/s · 3 min'],
    ['hours', { bytesPerSecond: 2_000 }, '29.8 / 48.0 MB · 2.0 kB/s · 3 h'],
    ['no speed before it is known', { bytesPerSecond: null }, '29.8 / 48.0 MB'],
    ['no time where it stands still', { bytesPerSecond: 0 }, '29.8 / 48.0 MB'],
    ['nothing of time where all is written', { doneBytes: 48_000_000 }, '48.0 / 48.0 MB'],
    ['what came of a whole that nobody told', { totalBytes: null }, '29.8 MB · 3.2 MB/s'],
    ['that it waits', { phase: 'waiting', doneBytes: 0 }, '48.0 MB · waiting'],
    ['why it failed', { phase: 'failed', error: 'file-gone' }, 'The server does not have this file any more.'],
  ])('says %s', (_, rest, expected) => {
    expect(transferLine(i18next.t, { ...running, ...rest }, 'en')).toBe(expected);
  });

  it('never fills the ring beyond its whole', () => {
    expect(doneShare({ ...running, doneBytes: 50_000_000 })).toBe(1);
    expect(doneShare({ ...running, totalBytes: null })).toBe(0);
  });
});
