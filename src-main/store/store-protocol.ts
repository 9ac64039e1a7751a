import type { MergeProgress, StoreOperations } from './operations.ts';
import type { StoreFailureKind } from './store-damage.ts';

/**
 * What main and the store's process say to each other: one answer for each request, in order, but for those that go on
 * aside while others are answered.
 */
export type OperationName = keyof StoreOperations;
export type StoreRequest = { readonly id: number; readonly name: OperationName; readonly input: unknown };
export type StoreReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  /** `detail` is the class or code of the error, never its message: that could quote a text. */
  | {
      readonly id: number;
      readonly ok: false;
      readonly error: { readonly code: StoreFailureKind; readonly detail: string };
    };

/** A piece of the frame that the `decodeFrame` of this id is about; they come before it, in order. */
export type StoreSlice = { readonly id: number; readonly slice: Uint8Array; readonly totalBytes: number };
/** A request that goes on aside is still under way; null where there is nothing to tell but that. */
export type StoreProgress = { readonly id: number; readonly progress: MergeProgress | null };

/** Every operation by name: nothing else can be asked for. */
const operations: Readonly<Record<OperationName, true>> = {
  open: true,
  close: true,
  decodeFrame: true,
  releaseFrame: true,
  getOverview: true,
  noteViewed: true,
  replaceContacts: true,
  upsertContact: true,
  removeContact: true,
  setBlocked: true,
  getPage: true,
  getMessage: true,
  search: true,
  saveDraft: true,
  enqueueText: true,
  enqueueAttachment: true,
  getOutbox: true,
  markInFlight: true,
  markSent: true,
  markInDoubt: true,
  requeue: true,
  park: true,
  retry: true,
  sendFirst: true,
  deleteMessage: true,
  applyPushed: true,
  mergeHistory: true,
  getLastPosition: true,
  applyCleared: true,
  listRemoved: true,
  bringBack: true,
  forgetRemoved: true,
  markRead: true,
  getUnconfirmedReads: true,
  putStaged: true,
  listStaged: true,
  removeStaged: true,
  arrangeStaged: true,
  getAttachment: true,
  readInline: true,
  setBlob: true,
  setThumb: true,
  listMedia: true,
  listBlobs: true,
  listEvictable: true,
  dropBlobs: true,
  dropDamaged: true,
  getUnsent: true,
  takeUnsent: true,
  getTraits: true,
  setTraits: true,
};
/** Take long, and others are answered meanwhile. Never asked again by themselves: what they are about may be lost. */
export const asideOperations: readonly OperationName[] = ['decodeFrame', 'mergeHistory'];
export const operationNames = Object.keys(operations) as readonly OperationName[];

export function parseStoreRequest(message: unknown): StoreRequest | null {
  if (typeof message !== 'object' || message === null) return null;
  const { id, name, input } = message as Partial<Record<keyof StoreRequest, unknown>>;
  if (!Number.isSafeInteger(id) || typeof name !== 'string' || typeof input !== 'object' || input === null) return null;
  return Object.hasOwn(operations, name) ? { id: id as number, name: name as OperationName, input } : null;
}

export function parseStoreReply(message: unknown): StoreReply | null {
  if (typeof message !== 'object' || message === null) return null;
  const { id, ok } = message as { id?: unknown; ok?: unknown };
  return Number.isSafeInteger(id) && typeof ok === 'boolean' ? (message as StoreReply) : null;
}

export function parseStoreSlice(message: unknown): StoreSlice | null {
  if (typeof message !== 'object' || message === null) return null;
  const { id, slice, totalBytes } = message as Partial<Record<keyof StoreSlice, unknown>>;
  if (!Number.isSafeInteger(id) || !Number.isSafeInteger(totalBytes) || !(slice instanceof Uint8Array)) return null;
  return { id: id as number, slice, totalBytes: totalBytes as number };
}

export function parseStoreProgress(message: unknown): StoreProgress | null {
  if (typeof message !== 'object' || message === null || !('progress' in message)) return null;
  return Number.isSafeInteger((message as { id?: unknown }).id) ? (message as StoreProgress) : null;
}
