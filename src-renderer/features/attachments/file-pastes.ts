import type { UserId } from '../../../src-shared/kernel/ids.ts';
import { isTextBox, targetOf } from './file-drops.ts';

/** What is in a clipboard: nothing for us, files, or a text with a picture of it. */
type Pasted =
  | { readonly kind: 'other' }
  | { readonly kind: 'files'; readonly files: readonly File[] }
  | { readonly kind: 'text-and-picture'; readonly file: File };

/** What Chromium calls a picture that is no file. */
const bareName = 'image.png';

/** Tells copied files from a bare picture, and that from a text which office programs add a picture of. */
function readPaste(data: DataTransfer, nameOf: (at: Date) => string, now: Date): Pasted {
  const files = Array.from(data.files);
  const [first] = files;
  if (first === undefined) return { kind: 'other' };
  const text = data.getData('text/plain').trim();
  const isBare = files.length === 1 && first.name === bareName && first.type === 'image/png';
  // File managers put the names of the files beside them.
  if (!isBare || text.endsWith(bareName)) return { kind: 'files', files };
  const file = new File([first], nameOf(now), { type: first.type });
  return text === '' ? { kind: 'files', files: [file] } : { kind: 'text-and-picture', file };
}

/**
 * Takes files and pictures out of what is pasted into a conversation, wherever in it the focus is. A text that comes
 * with a picture goes into the box as always, and the picture is offered.
 * @returns a function that ends it.
 */
export function watchPastes(deps: {
  nameOf: (at: Date) => string;
  onFiles: (peerId: UserId, files: readonly File[]) => void;
  onOffer: (peerId: UserId, file: File) => void;
}): () => void {
  function paste(event: ClipboardEvent): void {
    const { clipboardData, target } = event;
    if (clipboardData === null || event.defaultPrevented) return;
    const into = targetOf(target);
    const isInConversation = into !== null && into.place !== 'row';
    // A field elsewhere takes texts only, and a dialog is about something else.
    if (!isInConversation && (isTextBox(target) || document.querySelector('dialog[open]') !== null)) return;
    const peerId = isInConversation ? into.peerId : viewedPeer();
    const pasted = readPaste(clipboardData, deps.nameOf, new Date());
    if (peerId === null || pasted.kind === 'other') return;
    if (pasted.kind === 'text-and-picture') return deps.onOffer(peerId, pasted.file);
    event.preventDefault();
    deps.onFiles(peerId, pasted.files);
  }
  window.addEventListener('paste', paste);
  return () => window.removeEventListener('paste', paste);
}

const viewedPeer = (): UserId | null => targetOf(document.querySelector('[data-drop-place="pane"]'))?.peerId ?? null;
