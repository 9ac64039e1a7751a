import type { MessageView } from '../../../src-shared/ipc/views.ts';
import type { RowId } from '../../../src-shared/kernel/ids.ts';

/** Pixels of the page. */
export type Box = { readonly width: number; readonly height: number };

const maxBox: Box = { width: 320, height: 280 };
const minBox: Box = { width: 96, height: 64 };
/** For a picture whose size nobody said: of the usual shape, 3 : 2. */
const unknownBox: Box = { width: 240, height: 160 };
/** Boxes that are remembered: more pictures than that are not looked through in one visit. */
const maxRemembered = 2_000;

/** The place of a picture in the list: its own shape, never enlarged, within the measures of LOOK.md. */
export function boxOf(width: number | null, height: number | null): Box {
  if (width === null || height === null) return unknownBox;
  const scale = Math.min(1, maxBox.width / width, maxBox.height / height);
  return {
    width: Math.max(minBox.width, Math.round(width * scale)),
    height: Math.max(minBox.height, Math.round(height * scale)),
  };
}

/**
 * Gives each picture the box that it had when it was first seen: a size that becomes known later moves nothing
 * (targets P6). Made for one visit of a conversation.
 */
export function createImageBoxes(): (message: MessageView) => Box {
  const boxes = new Map<RowId, Box>();
  return (message) => {
    const known = boxes.get(message.rowId);
    if (known !== undefined) return known;
    const box = boxOf(message.attachment?.width ?? null, message.attachment?.height ?? null);
    const oldest = boxes.size < maxRemembered ? undefined : boxes.keys().next().value;
    if (oldest !== undefined) boxes.delete(oldest);
    boxes.set(message.rowId, box);
    return box;
  };
}
