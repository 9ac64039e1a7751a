import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rowId, type RowId } from '../../../src-shared/kernel/ids.ts';
import { createReadTracker } from './read-tracker.ts';

const rows = (...ids: number[]): RowId[] => ids.map(rowId);

describe('createReadTracker', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const track = (isTaken = true): { sent: RowId[][]; tracker: ReturnType<typeof createReadTracker> } => {
    const sent: RowId[][] = [];
    const tracker = createReadTracker((rowIds) => {
      sent.push([...rowIds]);
      return Promise.resolve(isTaken);
    });
    return { sent, tracker };
  };

  it('reports what was on screen for half a second in a focused window, once and together', async () => {
    const { sent, tracker } = track();
    tracker.setLooking(true);
    tracker.show(rows(1, 2), false);
    await vi.advanceTimersByTimeAsync(499);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual([rows(1, 2)]);
    tracker.show(rows(1, 2), false);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent).toHaveLength(1);
  });

  it('reports nothing while the person looks elsewhere, and counts anew when they are back', async () => {
    const { sent, tracker } = track();
    tracker.show(rows(1), false);
    await vi.advanceTimersByTimeAsync(5_000);
    tracker.setLooking(true);
    await vi.advanceTimersByTimeAsync(400);
    tracker.setLooking(false);
    await vi.advanceTimersByTimeAsync(400);
    tracker.setLooking(true);
    await vi.advanceTimersByTimeAsync(400);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toEqual([rows(1)]);
  });

  it('forgets what left the screen before its time', async () => {
    const { sent, tracker } = track();
    tracker.setLooking(true);
    tracker.show(rows(1, 2), false);
    await vi.advanceTimersByTimeAsync(300);
    tracker.show(rows(2, 3), false);
    await vi.advanceTimersByTimeAsync(300);
    expect(sent).toEqual([rows(2)]);
    await vi.advanceTimersByTimeAsync(300);
    expect(sent).toEqual([rows(2), rows(3)]);
  });

  it('goes on counting what newer messages push off the screen of a list that follows its end', async () => {
    const { sent, tracker } = track();
    tracker.setLooking(true);
    tracker.show(rows(1, 2), true);
    await vi.advanceTimersByTimeAsync(300);
    tracker.show(rows(2, 3), true);
    await vi.advanceTimersByTimeAsync(300);
    expect(sent).toEqual([rows(1, 2)]);
  });

  it('forgets what was pushed off the screen when the person scrolls up or looks elsewhere', async () => {
    const { sent, tracker } = track();
    tracker.setLooking(true);
    tracker.show(rows(1, 2), true);
    tracker.show(rows(2, 3), true);
    tracker.show(rows(2), false);
    await vi.advanceTimersByTimeAsync(600);
    expect(sent).toEqual([rows(2)]);
    tracker.show(rows(4), true);
    tracker.show(rows(5), true);
    tracker.setLooking(false);
    tracker.setLooking(true);
    await vi.advanceTimersByTimeAsync(600);
    expect(sent).toEqual([rows(2), rows(5)]);
  });

  it('tries again with the next showing when main did not take it', async () => {
    const { sent, tracker } = track(false);
    tracker.setLooking(true);
    tracker.show(rows(1), false);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sent).toHaveLength(1);
    tracker.show(rows(1), false);
    await vi.advanceTimersByTimeAsync(500);
    expect(sent).toEqual([rows(1), rows(1)]);
  });

  it('sends at most a page in one request', async () => {
    const { sent, tracker } = track();
    tracker.setLooking(true);
    tracker.show(rows(...Array.from({ length: 450 }, (_, at) => at + 1)), false);
    await vi.advanceTimersByTimeAsync(500);
    expect(sent.map((batch) => batch.length)).toEqual([200, 200, 50]);
  });

  it('stops', async () => {
    const { sent, tracker } = track();
    tracker.setLooking(true);
    tracker.show(rows(1), false);
    tracker.stop();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent).toEqual([]);
  });
});
