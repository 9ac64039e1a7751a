import type { AppError } from '../../../src-shared/kernel/app-error.ts';
import type { RowId } from '../../../src-shared/kernel/ids.ts';
import { pageSize } from '../../../src-shared/domain/limits.ts';
import type { ReplyOf } from '../../../src-shared/ipc/contract.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';

/** More loaded rows than this are too many: the far end is let go. About 10 screens. */
export const maxLoadedRows = 400;
/** What is left after letting go, so that it happens once a page and not with every message. */
export const keptRows = maxLoadedRows - pageSize;
/** Events that may wait for a page on its way. More of them are in the page, or fetched by the next one. */
const maxEarlyRows = 200;

export type Page = ReplyOf<'messages:getPage'>;
export type PageEdge = 'older' | 'newer';

/** A place in a conversation: the topmost row in view and how many pixels of it are above the edge. */
export type ScrollAnchor = { readonly rowId: RowId; readonly offsetPx: number };
/** A message to be shown in the middle, and for a moment picked out. */
export type MessageTarget = { readonly targetRowId: RowId };
/** Where a list that is built anew begins. */
export type ListStart = ScrollAnchor | MessageTarget | 'first-unread' | 'bottom';

/** The message that a list is to begin at, where it is a certain one. */
export function targetOf(start: ListStart): RowId | null {
  return typeof start === 'object' && 'targetRowId' in start ? start.targetRowId : null;
}

/** The window onto one conversation's history: some neighbouring rows, never all. */
export type MessagePages = {
  readonly status: 'loading' | 'ready' | 'failed';
  /** Why there is nothing to show. Set when `failed`. */
  readonly error: AppError | null;
  /** By position, oldest first, each row once. */
  readonly rows: readonly MessageView[];
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  /** The first message that was unread when the conversation was opened. The line stays there while it is open. */
  readonly firstUnreadRowId: RowId | null;
  readonly start: ListStart;
  /** Grows when the rows were replaced as a whole and the list has to be built anew. */
  readonly generation: number;
  /** Grows with each request for a whole window: only the newest one's reply counts. */
  readonly loadId: number;
  /** The end that is being fetched. */
  readonly loadingEdge: PageEdge | null;
  /** Positions changed in the store: the window is to be fetched again. */
  readonly isStale: boolean;
  /** Arrived while a window was being fetched: they may be newer than it. */
  readonly early: readonly MessageView[];
};

export const noPages: MessagePages = {
  status: 'loading',
  error: null,
  rows: [],
  hasOlder: false,
  hasNewer: false,
  firstUnreadRowId: null,
  start: 'bottom',
  generation: 0,
  loadId: 0,
  loadingEdge: null,
  isStale: false,
  early: [],
};

const byPosition = (a: MessageView, b: MessageView): number => a.position - b.position;

function isSameMessage(a: MessageView, b: MessageView): boolean {
  return isSame({ ...a, attachment: null }, { ...b, attachment: null }) && isSame(a.attachment, b.attachment);
}

/** Of flat objects. */
function isSame<T extends object>(a: T | null, b: T | null): boolean {
  if (a === null || b === null) return a === b;
  return (Object.keys(a) as (keyof T)[]).every((key) => a[key] === b[key]);
}

/** Keeps the objects that are known already, so that only what changed is painted again. */
function withKnownObjects(known: readonly MessageView[], rows: readonly MessageView[]): readonly MessageView[] {
  const byRowId = new Map(known.map((row) => [row.rowId, row]));
  return rows.map((row) => {
    const same = byRowId.get(row.rowId);
    return same !== undefined && isSameMessage(same, row) ? same : row;
  });
}

/** A whole window is being asked for. `isFresh`: what is shown now is not it, and is hidden. */
export function withWindowRequested(pages: MessagePages, isFresh: boolean): MessagePages {
  return {
    ...pages,
    ...(isFresh ? { status: 'loading', rows: [], firstUnreadRowId: null } : {}),
    error: null,
    loadId: pages.loadId + 1,
    loadingEdge: null,
    isStale: false,
    early: [],
  };
}

/** The window arrived. Rows that arrived meanwhile are put in after it. `isFresh` as it was requested. */
export function withWindow(
  pages: MessagePages,
  loadId: number,
  page: Page,
  start: ListStart,
  isFresh: boolean,
): MessagePages {
  if (loadId !== pages.loadId) return pages;
  const rows = withKnownObjects(pages.rows, page.messages);
  const isInPlace = rows.length === pages.rows.length && rows.every((row, at) => row.rowId === pages.rows[at]?.rowId);
  const loaded: MessagePages = {
    ...pages,
    status: 'ready',
    rows,
    hasOlder: page.hasOlder,
    hasNewer: page.hasNewer,
    firstUnreadRowId: isFresh ? page.firstUnreadRowId : pages.firstUnreadRowId,
    start,
    generation: isInPlace ? pages.generation : pages.generation + 1,
    early: [],
  };
  return withUpserted(loaded, pages.early);
}

/** The list is built anew at another place of what is loaded. */
export function withStart(pages: MessagePages, start: ListStart): MessagePages {
  return { ...pages, start, generation: pages.generation + 1 };
}

/** The window could not be had. What is on screen stays. */
export function withWindowFailed(pages: MessagePages, loadId: number, error: AppError): MessagePages {
  if (loadId !== pages.loadId) return pages;
  return pages.rows.length > 0 ? { ...pages, early: [] } : { ...pages, status: 'failed', error, early: [] };
}

/** One end is being asked for. */
export function withEdgeRequested(pages: MessagePages, edge: PageEdge): MessagePages {
  return { ...pages, loadingEdge: edge };
}

/** The rows before the first or after the last one arrived; null: they could not be had, and may be asked for again. */
export function withEdge(pages: MessagePages, generation: number, edge: PageEdge, page: Page | null): MessagePages {
  if (generation !== pages.generation || pages.loadingEdge !== edge) return pages;
  if (page === null) return { ...pages, loadingEdge: null };
  const known = new Set(pages.rows.map((row) => row.rowId));
  const added = page.messages.filter((row) => !known.has(row.rowId));
  return edge === 'older'
    ? { ...pages, rows: [...added, ...pages.rows], hasOlder: page.hasOlder, loadingEdge: null }
    : { ...pages, rows: [...pages.rows, ...added].sort(byPosition), hasNewer: page.hasNewer, loadingEdge: null };
}

/**
 * Messages were added or changed. A known row changes in its place; a new one goes where its position says, unless it
 * lies beyond an end that is not loaded.
 */
export function withUpserted(pages: MessagePages, messages: readonly MessageView[]): MessagePages {
  if (pages.status === 'loading') return { ...pages, early: [...pages.early, ...messages].slice(-maxEarlyRows) };
  const first = pages.rows[0];
  const last = pages.rows.at(-1);
  const changed = new Map(messages.map((row) => [row.rowId, row]));
  let isSorted = true;
  let hasChanged = false;
  const rows = pages.rows.map((row) => {
    const next = changed.get(row.rowId);
    changed.delete(row.rowId);
    if (next === undefined || isSameMessage(row, next)) return row;
    hasChanged = true;
    isSorted &&= next.position === row.position;
    return next;
  });
  for (const row of changed.values()) {
    if (pages.hasOlder && first !== undefined && row.position < first.position) continue;
    if (pages.hasNewer && (last === undefined || row.position > last.position)) continue;
    hasChanged = true;
    isSorted &&= row.position >= (rows.at(-1)?.position ?? -Infinity);
    rows.push(row);
  }
  if (!hasChanged) return pages;
  return { ...pages, rows: isSorted ? rows : rows.sort(byPosition) };
}

/** A message is gone. */
export function withRemoved(pages: MessagePages, rowId: RowId): MessagePages {
  const rows = pages.rows.filter((row) => row.rowId !== rowId);
  const early = pages.early.filter((row) => row.rowId !== rowId);
  return rows.length === pages.rows.length && early.length === pages.early.length ? pages : { ...pages, rows, early };
}

/**
 * Lets go of rows far from the one at `aroundIndex`, when too many are loaded. One end at a time: a list that loses
 * rows at both ends at once cannot keep its place.
 */
export function withTrimmed(pages: MessagePages, aroundIndex: number): MessagePages {
  const count = pages.rows.length;
  if (count <= maxLoadedRows || pages.loadingEdge !== null) return pages;
  const isOldFar = aroundIndex > count / 2;
  return isOldFar
    ? { ...pages, rows: pages.rows.slice(count - Math.max(keptRows, count - aroundIndex + pageSize)), hasOlder: true }
    : { ...pages, rows: pages.rows.slice(0, Math.max(keptRows, aroundIndex + pageSize)), hasNewer: true };
}
