import type { RowId, UserId } from '../../src-shared/kernel/ids.ts';

/**
 * Which rows change while something longer than one operation is under way. Whoever follows a conversation finds out
 * whether what it has read of it still holds.
 */
export type Touches = {
  /** A row of this conversation was added, changed or removed; null where many were. */
  readonly touch: (peerId: UserId, rowId: RowId | null) => void;
  /** Any row may have changed in a way that nobody is told of. */
  readonly touchAll: () => void;
  /** Everything that was in this conversation was cleared. */
  readonly clear: (peerId: UserId) => void;
  readonly follow: (peerId: UserId) => Following;
};

export type Following = {
  /** Grows with every change since the following began. */
  readonly count: () => number;
  readonly has: (rowId: RowId) => boolean;
  /** Whether the conversation was cleared since the following began. */
  readonly isCleared: () => boolean;
  readonly stop: () => void;
};

export function createTouches(): Touches {
  const followers = new Set<{
    readonly peerId: UserId;
    count: number;
    isCleared: boolean;
    readonly rows: Set<RowId>;
  }>();
  return {
    touch: (peerId, rowId) => {
      for (const follower of followers) {
        if (follower.peerId !== peerId) continue;
        follower.count += 1;
        if (rowId !== null) follower.rows.add(rowId);
      }
    },
    touchAll: () => {
      for (const follower of followers) follower.count += 1;
    },
    clear: (peerId) => {
      for (const follower of followers) if (follower.peerId === peerId) follower.isCleared = true;
    },
    follow: (peerId) => {
      const follower = { peerId, count: 0, isCleared: false, rows: new Set<RowId>() };
      followers.add(follower);
      return {
        count: () => follower.count,
        has: (rowId) => follower.rows.has(rowId),
        isCleared: () => follower.isCleared,
        stop: () => void followers.delete(follower),
      };
    },
  };
}
