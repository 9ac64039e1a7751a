import { createStore, type StoreApi } from 'zustand/vanilla';
import { countCodePoints } from '../../../src-shared/domain/code-points.ts';
import { maxDraftUnits, maxTextCodePoints } from '../../../src-shared/domain/limits.ts';
import type { Bridge } from '../../../src-shared/ipc/contract.ts';
import type { Draft } from '../../../src-shared/ipc/views.ts';
import { appError, type AppError } from '../../../src-shared/kernel/app-error.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';

/** A draft is on its way to disk this long after the first key that changed it. */
const draftDelayMs = 200;
/** A draft that main could not take is offered to it again after this time. */
const draftRetryMs = 2_000;
const maxRecentEmoji = 16;

/** What is being written to one person. */
export type Box = {
  readonly text: string;
  readonly caret: number;
  /** Why main did not take the last message, whose text is back in the box. */
  readonly refusal: AppError | null;
};

export type ComposersState = {
  readonly boxes: ReadonlyMap<UserId, Box>;
  /** The latest first. */
  readonly recentEmoji: readonly string[];
};

export type Composers = {
  readonly store: StoreApi<ComposersState>;
  /** Puts back what was being written before this window knew of it. What this window knows is newer and stays. */
  readonly restore: (peerId: UserId, draft: Draft) => void;
  readonly edit: (peerId: UserId, text: string, caret: number) => void;
  /** Empties the box of this text, which goes another way, unless it was changed meanwhile. */
  readonly withdraw: (peerId: UserId, text: string) => void;
  /** Notes where the caret is. Told too late, of a text that has been sent meanwhile, it changes nothing. */
  readonly moveCaret: (peerId: UserId, text: string, caret: number) => void;
  readonly rememberEmoji: (emoji: string) => void;
  /** Sends what is in the box, which is empty from then on. Does nothing when there is nothing that may be sent. */
  readonly send: (peerId: UserId) => Promise<void>;
  /**
   * Takes the text out of the box, to be sent as the caption of files. The draft stays in main until it is sent. Null:
   * it is too long to be sent, and stays in the box.
   */
  readonly takeCaption: (peerId: UserId) => string | null;
  /** Puts back what of a caption was not sent, before what was written meanwhile, and saves that. */
  readonly settleCaption: (peerId: UserId, unsent: string, refusal: AppError | null) => void;
  /** Saves at once what is waiting to be saved. */
  readonly flush: () => void;
  /** Saves nothing more: another account has taken this one's place, and main would take a draft for that one's. */
  readonly drop: () => void;
};

export const emptyBox: Box = { text: '', caret: 0, refusal: null };

/** By how many code points a text is over the limit of a message. 0: it is not. */
export function excessOf(text: string): number {
  // There are never more code points than UTF-16 units, so nearly every text is short without counting.
  if (text.length <= maxTextCodePoints) return 0;
  return Math.max(0, countCodePoints(text) - maxTextCodePoints);
}

/** What would be sent: without white space around it. */
function messageOf(text: string): string {
  return text.trim();
}

/** Whether a text is kept as a draft. */
export function isKeepable(text: string): boolean {
  return text.length <= maxDraftUnits;
}

/** Whether a text can be sent as a message. */
export function isSendable(text: string): boolean {
  const message = messageOf(text);
  return message !== '' && excessOf(message) === 0;
}

/**
 * The boxes of all conversations of one account. They live here rather than in the page, so that switching
 * conversations loses nothing and a refused message goes back where it was written.
 */
export function createComposers({
  bridge,
  createCommandId,
}: {
  bridge: Bridge;
  createCommandId: () => string;
}): Composers {
  const store = createStore<ComposersState>(() => ({ boxes: new Map(), recentEmoji: [] }));
  const unsaved = new Set<UserId>();
  /**
   * Texts that came back as refused, and the commands they were. Main may have kept one all the same, its answer lost
   * with the store's process: sent again unchanged, it must be the same message.
   */
  const refused = new Map<UserId, { readonly text: string; readonly commandId: string }>();
  let saveTimer: ReturnType<typeof setTimeout> | null = null;
  let retryTimer: ReturnType<typeof setTimeout> | null = null;
  let isDropped = false;

  const boxOf = (peerId: UserId): Box => store.getState().boxes.get(peerId) ?? emptyBox;
  const setBox = (peerId: UserId, box: Box): void =>
    store.setState(({ boxes }) => ({ boxes: new Map(boxes).set(peerId, box) }));

  const save = async (peerId: UserId): Promise<void> => {
    const { text, caret } = boxOf(peerId);
    // Main takes no longer one, and the person is told: what it took last stays.
    if (!isKeepable(text)) return;
    const draft = text === '' ? null : { text, caret };
    const isSaved = await bridge['drafts:save']({ peerId, draft }).then(
      (result) => result.ok,
      () => false,
    );
    if (isSaved || isDropped) return;
    unsaved.add(peerId);
    retryTimer ??= setTimeout(flush, draftRetryMs);
  };
  const stopTimers = (): void => {
    for (const timer of [saveTimer, retryTimer]) if (timer !== null) clearTimeout(timer);
    saveTimer = null;
    retryTimer = null;
  };
  const flush = (): void => {
    stopTimers();
    const peerIds = [...unsaved];
    unsaved.clear();
    for (const peerId of peerIds) void save(peerId);
  };
  const saveSoon = (peerId: UserId): void => {
    unsaved.add(peerId);
    // Not put off by further keys: someone who types without a pause would never be saved.
    saveTimer ??= setTimeout(flush, draftDelayMs);
  };
  const refuse = (peerId: UserId, text: string, refusal: AppError | null): void => {
    const meanwhile = boxOf(peerId).text;
    const restored = [text, meanwhile].filter((part) => part !== '').join('\n');
    setBox(peerId, { text: restored, caret: restored.length, refusal });
    saveSoon(peerId);
  };

  const edit = (peerId: UserId, text: string, caret: number): void => {
    const before = boxOf(peerId);
    if (before.text === text && before.caret === caret) return;
    if (before.text !== text) refused.delete(peerId);
    setBox(peerId, { text, caret, refusal: before.text === text ? before.refusal : null });
    saveSoon(peerId);
  };

  return {
    store,
    restore: (peerId, { text, caret }) => {
      if (!store.getState().boxes.has(peerId))
        setBox(peerId, { text, caret: Math.min(caret, text.length), refusal: null });
    },
    edit,
    withdraw: (peerId, text) => {
      if (boxOf(peerId).text === text) edit(peerId, '', 0);
    },
    moveCaret: (peerId, text, caret) => {
      if (boxOf(peerId).text === text) edit(peerId, text, caret);
    },
    rememberEmoji: (emoji) => {
      store.setState(({ recentEmoji }) => ({
        recentEmoji: [emoji, ...recentEmoji.filter((other) => other !== emoji)].slice(0, maxRecentEmoji),
      }));
    },
    send: async (peerId) => {
      const { text } = boxOf(peerId);
      if (!isSendable(text)) return;
      // Emptied first: a second Enter finds nothing to send. Main empties the draft with the message.
      setBox(peerId, emptyBox);
      unsaved.delete(peerId);
      const known = refused.get(peerId);
      refused.delete(peerId);
      const isRepeat = known?.text === text;
      const commandId = isRepeat ? known.commandId : createCommandId();
      const request = { commandId, peerId, text: messageOf(text) };
      const result = await bridge['messages:sendText'](request).catch(() => ({
        ok: false as const,
        error: appError('unexpected'),
      }));
      if (!result.ok) {
        refuse(peerId, text, result.error);
        if (boxOf(peerId).text === text) refused.set(peerId, { text, commandId });
      } else if (isRepeat) {
        // The draft that was saved after the refusal did not go with a message that was there already.
        saveSoon(peerId);
      }
    },
    takeCaption: (peerId) => {
      const { text } = boxOf(peerId);
      if (excessOf(messageOf(text)) > 0) return null;
      // A crash before the caption is sent finds it as a draft.
      if (unsaved.delete(peerId)) void save(peerId);
      refused.delete(peerId);
      setBox(peerId, emptyBox);
      return text;
    },
    settleCaption: (peerId, unsent, refusal) => {
      if (unsent !== '' || refusal !== null) refuse(peerId, unsent, refusal);
      // What was written meanwhile: the draft that main knew went with the caption.
      else if (boxOf(peerId).text !== '') saveSoon(peerId);
    },
    flush,
    drop: () => {
      isDropped = true;
      stopTimers();
      unsaved.clear();
    },
  };
}
