import type { ContactView } from '../../src-shared/ipc/views.ts';

/**
 * Marks the pane or the row of a person as a place where files can be dropped; where they are blocked, as one that says
 * why not.
 */
export function dropMarks(
  place: 'pane' | 'row',
  { userId, isBlocked }: Pick<ContactView, 'userId' | 'isBlocked'>,
): Readonly<Record<`data-${string}`, string | number>> {
  return { [isBlocked ? 'data-blocked-place' : 'data-drop-place']: place, 'data-peer-id': userId };
}
