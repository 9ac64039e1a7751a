import { describe, expect, it } from 'vitest';
import { rowId, userId } from '../../src-shared/kernel/ids.ts';
import type { TransferView } from '../../src-shared/ipc/attachment-views.ts';
import { createFakeClock } from '../connection/testing/fake-clock.ts';
import { createTransferBoard, type TransferStart } from './transfer-board.ts';

const one: TransferStart = {
  rowId: rowId(1),
  peerId: userId(2),
  direction: 'up',
  name: 'report.pdf',
  totalBytes: 1_000_000,
};

function setUp() {
  const clock = createFakeClock();
  const told: (readonly TransferView[])[] = [];
  const board = createTransferBoard({ clock, emit: (_channel, event) => void told.push(event as TransferView[]) });
  return { clock, told, board };
}

describe('the board of transfers', () => {
  it('tells the beginning at once, then four times a second at most', async () => {
    const { clock, told, board } = setUp();
    board.start(one);
    expect(told).toHaveLength(1);
    for (let ms = 0; ms < 2_000; ms += 10) {
      board.advance(one.rowId, (ms + 10) * 100);
      await clock.advance(10);
    }
    expect(told).toHaveLength(1 + 8);
    expect(told.at(-1)?.[0]).toMatchObject({ phase: 'running', doneBytes: 200_000, bytesPerSecond: 100_000 });
  });

  it('shows the speed of the last five seconds, down to nothing where nothing moves', async () => {
    const { clock, told, board } = setUp();
    board.start(one);
    for (let second = 1; second <= 10; second += 1) {
      await clock.advance(1_000);
      board.advance(one.rowId, second * 1_000);
    }
    await clock.advance(500);
    expect(board.list()[0]?.bytesPerSecond).toBeGreaterThan(800);
    await clock.advance(6_000);
    expect(board.list()[0]?.bytesPerSecond).toBe(0);
    const count = told.length;
    await clock.advance(10_000);
    expect(told).toHaveLength(count);
  });

  it('knows no speed before something was measured, and begins anew with a new start', async () => {
    const { clock, board } = setUp();
    board.start({ ...one, doneBytes: 500_000 });
    expect(board.list()[0]?.bytesPerSecond).toBeNull();
    board.advance(one.rowId, 600_000);
    await clock.advance(1_000);
    expect(board.list()[0]?.bytesPerSecond).toBe(100_000);
    board.start({ ...one, phase: 'waiting' });
    await clock.advance(1_000);
    expect(board.list()).toEqual([expect.objectContaining({ phase: 'waiting', doneBytes: 0, bytesPerSecond: null })]);
  });

  it('tells the end once, with all bytes where it is done, and then it is gone', async () => {
    const { clock, told, board } = setUp();
    board.start(one);
    board.start({ ...one, rowId: rowId(2) });
    board.end(one.rowId, 'done', null);
    board.end(rowId(2), 'cancelled', null);
    expect(board.list()).toEqual([]);
    await clock.advance(1_000);
    expect(told.slice(1)).toEqual([
      [
        expect.objectContaining({ rowId: 1, phase: 'done', doneBytes: 1_000_000 }),
        expect.objectContaining({ rowId: 2, phase: 'cancelled', doneBytes: 0 }),
      ],
    ]);
  });

  it('keeps what failed, with the reason, until it is begun again', async () => {
    const { clock, board } = setUp();
    board.start({ ...one, direction: 'down' });
    board.end(one.rowId, 'failed', 'file-gone');
    await clock.advance(60_000);
    expect(board.list()).toEqual([expect.objectContaining({ phase: 'failed', error: 'file-gone' })]);
    board.start({ ...one, direction: 'down' });
    expect(board.list()).toEqual([expect.objectContaining({ phase: 'running', error: null })]);
  });

  it('leaves no timer behind where nothing runs, and says nothing once it is put away', async () => {
    const { clock, told, board } = setUp();
    board.start(one);
    board.end(one.rowId, 'done', null);
    await clock.advance(1_000);
    expect(clock.pendingTimers()).toBe(0);
    const count = told.length;
    board.start(one);
    board.dispose();
    board.start(one);
    await clock.advance(1_000);
    expect(told).toHaveLength(count + 1);
    expect(clock.pendingTimers()).toBe(0);
  });

  it('names what runs, then what waits, and nothing that has come to an end', () => {
    const { board } = setUp();
    board.start({ ...one, phase: 'waiting', name: 'waits.pdf' });
    board.start({ ...one, rowId: rowId(2), name: 'runs.pdf' });
    board.start({ ...one, rowId: rowId(3), direction: 'down', name: 'failed.pdf' });
    board.end(rowId(3), 'failed', 'file-gone');
    board.start({ ...one, rowId: rowId(4), name: 'done.pdf' });
    board.end(rowId(4), 'done', null);
    expect(board.underWay().map(({ name, transfer }) => [name, transfer.phase])).toEqual([
      ['runs.pdf', 'running'],
      ['waits.pdf', 'waiting'],
    ]);
  });
});
