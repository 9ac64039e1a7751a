import { createStore, type StoreApi } from 'zustand/vanilla';
import type { UserId } from '../../../src-shared/kernel/ids.ts';

/** Where files can be dropped or pasted, as `dropMarks` has marked it in the page. */
export type DropTarget = { readonly peerId: UserId; readonly place: 'pane' | 'row' | 'tray' };

export type DropState = {
  /** Files are being dragged over the window. */
  readonly isOver: boolean;
  /** What would get them; null: nothing here takes them. */
  readonly target: DropTarget | null;
  /** Where a blocked person would be the one to get them, who can be sent nothing. */
  readonly blocked: DropTarget | null;
  /** How many there are; 0: not known. */
  readonly count: number;
};
export type DropStore = StoreApi<DropState>;

const nothingOver: DropState = { isOver: false, target: null, blocked: null, count: 0 };

/** Whose row files are being dragged over. */
export const selectDropRow = ({ target }: DropState): UserId | null => (target?.place === 'row' ? target.peerId : null);

export const createDropStore = (): DropStore => createStore<DropState>(() => nothingOver);

/** The target that an element belongs to. What lies behind an open dialog is none, and so is the dark around it. */
export function targetOf(element: EventTarget | null): DropTarget | null {
  if (!(element instanceof Element)) return null;
  const dialog = element.closest('dialog');
  if (element === dialog) return null;
  const marked = dialog === null ? element.closest('[data-drop-place]') : dialog.querySelector('[data-drop-place]');
  return readMark(marked, 'dropPlace');
}

/** The place of a blocked person that an element belongs to. */
function blockedOf(element: EventTarget | null): DropTarget | null {
  if (!(element instanceof Element) || element.closest('dialog') !== null) return null;
  return readMark(element.closest('[data-blocked-place]'), 'blockedPlace');
}

function readMark(marked: Element | null, name: 'dropPlace' | 'blockedPlace'): DropTarget | null {
  if (!(marked instanceof HTMLElement)) return null;
  const place = marked.dataset[name] as DropTarget['place'];
  return { place, peerId: Number(marked.dataset['peerId']) as UserId };
}

const isSamePlace = (one: DropTarget | null, other: DropTarget | null): boolean =>
  one?.peerId === other?.peerId && one?.place === other?.place;

/** Whether an element takes typed text, and so also texts that are dropped or pasted. */
export function isTextBox(element: EventTarget | null): boolean {
  return element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && element.type !== 'checkbox');
}

/**
 * Follows what is dragged over the window. Files go to the target under the pointer; nothing else in the window takes
 * them, and no drop of anything ever leads the window away from its page. Texts may be dropped where one can write.
 * @returns a function that ends it.
 */
export function watchDrops(deps: {
  store: DropStore;
  onFiles: (peerId: UserId, files: readonly File[]) => void;
}): () => void {
  const { store } = deps;
  /** The drag began in this window: whatever it carries, it is nothing from outside. */
  let isOwn = false;

  const end = (): void => {
    if (store.getState().isOver) store.setState(nothingOver);
  };
  const hasFiles = ({ dataTransfer }: DragEvent): boolean => !isOwn && dataTransfer?.types.includes('Files') === true;

  function over(event: DragEvent): void {
    // A list whose rows are being put in order.
    if (event.defaultPrevented) return;
    const { dataTransfer } = event;
    if (!hasFiles(event)) {
      end();
      if (isTextBox(event.target)) return;
      event.preventDefault();
      if (dataTransfer !== null) dataTransfer.dropEffect = 'none';
      return;
    }
    event.preventDefault();
    const target = targetOf(event.target);
    if (dataTransfer !== null) dataTransfer.dropEffect = target === null ? 'none' : 'copy';
    const count = Array.from(dataTransfer?.items ?? []).filter(({ kind }) => kind === 'file').length;
    const before = store.getState();
    const blocked = blockedOf(event.target);
    const isSame = isSamePlace(before.target, target) && isSamePlace(before.blocked, blocked);
    if (before.isOver && isSame && before.count === count) return;
    store.setState({ isOver: true, target, blocked, count });
  }
  function leave(event: DragEvent): void {
    // Null where the pointer left the window, or the drag was given up.
    if (event.relatedTarget === null) end();
  }
  function drop(event: DragEvent): void {
    end();
    if (event.defaultPrevented || (!hasFiles(event) && isTextBox(event.target))) return;
    event.preventDefault();
    const target = hasFiles(event) ? targetOf(event.target) : null;
    const files = Array.from(event.dataTransfer?.files ?? []);
    if (target !== null && files.length > 0) deps.onFiles(target.peerId, files);
  }
  const begin = (event: DragEvent): void => {
    // Prevented: a file is dragged out in its place, which may come back as any other file.
    isOwn = !event.defaultPrevented;
  };
  const forget = (): void => {
    isOwn = false;
  };

  const listeners = { dragenter: over, dragover: over, dragleave: leave, drop, dragstart: begin } as const;
  const names = Object.keys(listeners) as (keyof typeof listeners)[];
  for (const name of names) window.addEventListener(name, listeners[name]);
  for (const name of ['dragend', 'mousedown'] as const) window.addEventListener(name, forget);
  return () => {
    for (const name of names) window.removeEventListener(name, listeners[name]);
    for (const name of ['dragend', 'mousedown'] as const) window.removeEventListener(name, forget);
    end();
  };
}
