import type { BlobId, RowId } from '../../../src-shared/kernel/ids.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import type { Box } from './image-box.ts';
import type { TransfersStore } from './transfers-store.ts';

/** What a person can do with the file or picture of a message. */
export type MediaActions = {
  /** A picture in the viewer; a file in the system's program, or with a question where its kind may do harm. */
  readonly open: (message: MessageView) => void;
  readonly saveAs: (message: MessageView) => void;
  readonly showInFolder: (message: MessageView) => void;
  readonly copyImage: (message: MessageView) => void;
  readonly download: (rowId: RowId) => void;
  readonly cancel: (rowId: RowId) => void;
  /** Before the other files that wait. */
  readonly sendFirst: (message: MessageView) => void;
  readonly retry: (message: MessageView) => void;
  readonly startDrag: (message: MessageView) => void;
};

/** What the pictures and cards of one conversation share. Stable while that is on screen. */
export type MediaKit = {
  readonly actions: MediaActions;
  readonly transfers: TransfersStore;
  readonly boxFor: (message: MessageView) => Box;
  /** Has a small picture made of a large one, and kept. Any number of times. @returns whether anything can be shown. */
  readonly wantThumb: (blobId: BlobId) => Promise<boolean>;
  /** Whether a picture moves. */
  readonly isAnimated: (blobId: BlobId) => Promise<boolean>;
};
