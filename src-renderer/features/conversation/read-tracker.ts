import type { RowId } from '../../../src-shared/kernel/ids.ts';
import { maxPageSize } from '../../../src-shared/domain/limits.ts';

/** How long a message has to be on screen, in a focused window, to count as read (experience, "Read means"). */
const dwellMs = 500;
/** Messages that become read close together, while scrolling, go out in one request. */
const batchMs = 100;

export type ReadTracker = {
  /**
   * Says which unread messages are on screen now. `isFollowing`: the list is at its end and goes with it. What newer
   * messages push off the screen then was before the person's eyes, and goes on counting; what somebody scrolls away
   * does not.
   */
  readonly show: (rowIds: readonly RowId[], isFollowing: boolean) => void;
  /** Says whether the person is looking: the window has the focus and is not hidden. */
  readonly setLooking: (isLooking: boolean) => void;
  readonly stop: () => void;
};

/**
 * Finds out what has been read. `markRead` gets each row once, at most {@link maxPageSize} together, and answers
 * whether it was taken; if not, those rows are tried again when they are next shown.
 */
export function createReadTracker(markRead: (rowIds: readonly RowId[]) => Promise<boolean>): ReadTracker {
  /** When each shown row came into view, in milliseconds of the page. */
  const shownSinceMs = new Map<RowId, number>();
  const reported = new Set<RowId>();
  let shown: readonly RowId[] = [];
  let isFollowing = false;
  let isLooking = false;
  let timer: ReturnType<typeof setTimeout> | null = null;

  const schedule = (afterMs: number): void => {
    timer ??= setTimeout(report, afterMs);
  };
  const cancel = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const report = (): void => {
    timer = null;
    const nowMs = performance.now();
    const due = [...shownSinceMs].filter(([, sinceMs]) => nowMs - sinceMs >= dwellMs).map(([rowId]) => rowId);
    for (let at = 0; at < due.length; at += maxPageSize) void send(due.slice(at, at + maxPageSize));
    const nextMs = Math.min(...shownSinceMs.values()) + dwellMs - nowMs;
    if (Number.isFinite(nextMs)) schedule(Math.max(batchMs, nextMs));
  };
  const send = async (rowIds: readonly RowId[]): Promise<void> => {
    for (const rowId of rowIds) {
      shownSinceMs.delete(rowId);
      reported.add(rowId);
    }
    if (await markRead(rowIds)) return;
    for (const rowId of rowIds) reported.delete(rowId);
  };
  const update = (): void => {
    const wanted = new Set(isLooking ? shown.filter((rowId) => !reported.has(rowId)) : []);
    const mayLeave = isLooking && isFollowing;
    for (const rowId of shownSinceMs.keys()) if (!wanted.has(rowId) && !mayLeave) shownSinceMs.delete(rowId);
    const nowMs = performance.now();
    for (const rowId of wanted) if (!shownSinceMs.has(rowId)) shownSinceMs.set(rowId, nowMs);
    if (shownSinceMs.size === 0) cancel();
    else schedule(dwellMs);
  };

  return {
    show: (rowIds, isFollowingNow) => {
      shown = rowIds;
      isFollowing = isFollowingNow;
      update();
    },
    setLooking: (next) => {
      isLooking = next;
      update();
    },
    stop: cancel,
  };
}
