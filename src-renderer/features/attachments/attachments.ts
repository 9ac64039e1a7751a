import { shallow } from 'zustand/shallow';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { isSendable, maxPastedBytes, maxPastedBytesAtOnce } from '../../../src-shared/domain/attachment.ts';
import type { Bridge, StageRequest } from '../../../src-shared/ipc/contract.ts';
import type { StagedView, TrayView } from '../../../src-shared/ipc/attachment-views.ts';
import { appError, type AppError } from '../../../src-shared/kernel/app-error.ts';
import type { StagedId, UserId } from '../../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../../src-shared/kernel/result.ts';

/** What can be put into a tray: files of the disk, and bytes that the window itself has. */
export type Addable = StageRequest['files'][number];

/** Files that main has not taken into the tray (yet), and why not. None of them is ever dropped silently. */
type Unstaged = { readonly files: readonly Addable[]; readonly error: AppError | null };

export type AttachmentsState = {
  readonly trays: ReadonlyMap<UserId, TrayView>;
  /** The conversation whose tray is on screen. */
  readonly openPeerId: UserId | null;
  readonly unstaged: ReadonlyMap<UserId, Unstaged>;
  /** The captions of those for which Send was pressed and is not done with. */
  readonly sending: ReadonlyMap<UserId, string>;
  /** Why the last thing asked of a tray did not work. */
  readonly problems: ReadonlyMap<UserId, AppError>;
  /** A picture that came along with a text that was pasted: the text went into the box. */
  readonly offer: { readonly peerId: UserId; readonly file: File } | null;
};
export type AttachmentsStore = StoreApi<AttachmentsState>;

export type Attachments = {
  readonly store: AttachmentsStore;
  /** Puts files into this conversation's tray, which opens at once. @returns whether main has taken them. */
  readonly add: (peerId: UserId, files: readonly Addable[]) => Promise<boolean>;
  /** Tries again to put in what main did not take. */
  readonly addAgain: (peerId: UserId) => Promise<boolean>;
  /** Gives up what main did not take. */
  readonly forgetUnstaged: (peerId: UserId) => void;
  readonly open: (peerId: UserId) => Promise<void>;
  /** Finds out what has become of the files meanwhile: one that another program had may be free now. */
  readonly lookAgain: (peerId: UserId) => Promise<void>;
  /** Takes the tray off the screen. What is in it stays there. */
  readonly close: () => void;
  /** Says no more why the last thing did not work. */
  readonly forgetProblem: (peerId: UserId) => void;
  readonly remove: (peerId: UserId, stagedIds: readonly StagedId[]) => Promise<void>;
  readonly removeAll: (peerId: UserId) => Promise<void>;
  /** Moves one to another place, counted from 0. */
  readonly move: (peerId: UserId, stagedId: StagedId, to: number) => Promise<void>;
  readonly set: (peerId: UserId, staged: Pick<StagedView, 'stagedId' | 'isAsFile' | 'keepsMetadata'>) => Promise<void>;
  /** Sends all that can be sent. Does nothing where there is nothing, or where it is under way. */
  readonly send: (peerId: UserId) => Promise<void>;
  readonly offerPicture: (peerId: UserId, file: File) => void;
  readonly answerOffer: (isTaken: boolean) => void;
  readonly dispose: () => void;
};

/** The draft of a conversation: its text is the caption of the files. */
export type Caption = {
  /** Takes the text out of the box. Null: it cannot be sent as it is, and stays. */
  readonly take: (peerId: UserId) => string | null;
  /** Puts back what of it was not sent, before what was written meanwhile, and has that kept as a draft. */
  readonly settle: (peerId: UserId, unsent: string, refusal: AppError | null) => void;
};

/** At most so many go to main at once; it takes 5,000. */
const filesAtOnce = 1_000;

export const selectSendable = (tray: TrayView | undefined): readonly StagedView[] =>
  tray?.staged.filter(({ problem }) => isSendable(problem)) ?? [];

/** The trays of one account, as main has them. What is shown is main's answer, but for the order, which follows at once. */
export function createAttachments(deps: {
  bridge: Bridge;
  caption: Caption;
  createCommandId: () => string;
}): Attachments {
  const { bridge, caption } = deps;
  const store = createStore<AttachmentsState>(() => ({
    trays: new Map(),
    openPeerId: null,
    unstaged: new Map(),
    sending: new Map(),
    problems: new Map(),
    offer: null,
  }));
  /** Requests about a tray that are not answered: until then it is ahead of what main says. */
  const pending = new Map<UserId, number>();

  const setIn = <K extends 'trays' | 'unstaged' | 'sending' | 'problems'>(
    key: K,
    peerId: UserId,
    value: AttachmentsState[K] extends ReadonlyMap<UserId, infer V> ? V | null : never,
  ): void =>
    store.setState((state) => {
      const map = new Map(state[key] as ReadonlyMap<UserId, unknown>);
      if (value === null) map.delete(peerId);
      else map.set(peerId, value);
      return { [key]: map };
    });

  function show(tray: TrayView): void {
    const before = store.getState().trays.get(tray.peerId);
    setIn('trays', tray.peerId, { ...tray, staged: withKept(tray.staged, before?.staged ?? []) });
    const { openPeerId, unstaged } = store.getState();
    // The last one was removed, or all are on their way.
    const isEmptied = tray.staged.length === 0 && (before?.staged.length ?? 0) > 0 && !unstaged.has(tray.peerId);
    if (isEmptied && openPeerId === tray.peerId) close();
  }

  /** Asks main something about a tray and shows its answer, unless another is to come. */
  async function ask(peerId: UserId, request: () => Promise<Result<TrayView>>): Promise<Result<TrayView>> {
    setIn('problems', peerId, null);
    pending.set(peerId, (pending.get(peerId) ?? 0) + 1);
    const result = await request().catch(() => err(appError('unexpected')));
    pending.set(peerId, (pending.get(peerId) ?? 1) - 1);
    if (result.ok) showIfLast(result.value);
    else {
      setIn('problems', peerId, result.error);
      // What was shown ahead of main's answer may be wrong.
      await reread(peerId);
    }
    return result;
  }
  function showIfLast(tray: TrayView): void {
    const isOlder = tray.version < (store.getState().trays.get(tray.peerId)?.version ?? 0);
    if (!isOlder && (pending.get(tray.peerId) ?? 0) === 0) show(tray);
  }

  async function reread(peerId: UserId): Promise<void> {
    const result = await bridge['attachments:getTray']({ peerId }).catch(() => null);
    if (result?.ok === true) showIfLast(result.value);
  }

  function close(): void {
    store.setState({ openPeerId: null });
  }

  async function add(peerId: UserId, files: readonly Addable[]): Promise<boolean> {
    if (files.length === 0) return true;
    const before = store.getState().unstaged.get(peerId);
    setIn('unstaged', peerId, { files: [...(before?.files ?? []), ...files], error: null });
    store.setState({ openPeerId: peerId });
    const refused = new Map<Addable, AppError>();
    for (const some of inParts(files)) {
      const result = await ask(peerId, async () => {
        const staged = await bridge['attachments:stage']({ peerId, files: some });
        if (!staged.ok) return staged;
        for (const { at, code } of staged.value.notTaken)
          for (const file of some.slice(at, at + 1)) refused.set(file, appError(code));
        return ok(staged.value.tray);
      });
      if (!result.ok) {
        const { files: waiting = [] } = store.getState().unstaged.get(peerId) ?? {};
        setIn('unstaged', peerId, { files: waiting, error: result.error });
        setIn('problems', peerId, null);
        return false;
      }
      const { files: waiting = [], error = null } = store.getState().unstaged.get(peerId) ?? {};
      const left = waiting.filter((file) => !some.includes(file) || refused.has(file));
      setIn('unstaged', peerId, left.length === 0 ? null : { files: left, error });
    }
    const [refusal] = refused.values();
    if (refusal === undefined) return true;
    const { files: left = [...refused.keys()] } = store.getState().unstaged.get(peerId) ?? {};
    setIn('unstaged', peerId, { files: left, error: refusal });
    return false;
  }

  const remove = async (peerId: UserId, stagedIds: readonly StagedId[]): Promise<void> => {
    if (stagedIds.length === 0) return;
    await ask(peerId, () => bridge['attachments:unstage']({ peerId, stagedIds: [...stagedIds] }));
  };

  async function send(peerId: UserId): Promise<void> {
    const { trays, sending, unstaged } = store.getState();
    const stagedIds = selectSendable(trays.get(peerId)).map(({ stagedId }) => stagedId);
    if (stagedIds.length === 0 || sending.has(peerId) || unstaged.has(peerId)) return;
    const text = caption.take(peerId);
    if (text === null) return;
    setIn('sending', peerId, text);
    const request = { commandId: deps.createCommandId(), peerId, stagedIds, caption: text.trim() };
    setIn('problems', peerId, null);
    const result = await bridge['attachments:send'](request).catch(() => err(appError('unexpected')));
    setIn('sending', peerId, null);
    if (result.ok) showIfLast(result.value.tray);
    else {
      setIn('problems', peerId, result.error);
      await reread(peerId);
    }
    // The caption follows the files: where none of them went it is a draft as before.
    const isCaptionSent = result.ok && result.value.sentCount > 0;
    caption.settle(peerId, isCaptionSent ? '' : text, result.ok ? null : result.error);
  }

  const unsubscribe = bridge.on['attachments:trayChanged']((tray) => {
    if (store.getState().trays.has(tray.peerId)) showIfLast(tray);
  });

  return {
    store,
    add,
    addAgain: (peerId) => {
      const { files = [] } = store.getState().unstaged.get(peerId) ?? {};
      setIn('unstaged', peerId, null);
      return add(peerId, files);
    },
    forgetUnstaged: (peerId) => {
      setIn('unstaged', peerId, null);
      const tray = store.getState().trays.get(peerId);
      if (tray === undefined || tray.staged.length === 0) close();
    },
    open: async (peerId) => {
      const result = await ask(peerId, () => bridge['attachments:getTray']({ peerId }));
      if (!result.ok || result.value.staged.length > 0) store.setState({ openPeerId: peerId });
    },
    lookAgain: async (peerId) => {
      if (!store.getState().sending.has(peerId)) await ask(peerId, () => bridge['attachments:getTray']({ peerId }));
    },
    close,
    forgetProblem: (peerId) => setIn('problems', peerId, null),
    remove,
    removeAll: async (peerId) => {
      const result = await ask(peerId, () => bridge['attachments:getTray']({ peerId }));
      if (!result.ok) return;
      const stagedIds = result.value.staged.map(({ stagedId }) => stagedId);
      for (let at = 0; at < stagedIds.length; at += idsAtOnce)
        await remove(peerId, stagedIds.slice(at, at + idsAtOnce));
    },
    move: async (peerId, stagedId, to) => {
      const tray = store.getState().trays.get(peerId);
      const moved = tray?.staged.find((one) => one.stagedId === stagedId);
      if (tray === undefined || moved === undefined) return;
      const staged = tray.staged.filter((one) => one !== moved).toSpliced(to, 0, moved);
      setIn('trays', peerId, { ...tray, staged });
      const stagedIds = staged.slice(0, idsAtOnce).map((one) => one.stagedId);
      await ask(peerId, () => bridge['attachments:arrange']({ peerId, stagedIds }));
    },
    set: async (peerId, { stagedId, isAsFile, keepsMetadata }) => {
      const request = { peerId, stagedId, isAsFile, keepsMetadata };
      await ask(peerId, () => bridge['attachments:setStaged'](request));
    },
    send,
    offerPicture: (peerId, file) => store.setState({ offer: { peerId, file } }),
    answerOffer: (isTaken) => {
      const { offer } = store.getState();
      store.setState({ offer: null });
      if (isTaken && offer !== null) void add(offer.peerId, [offer.file]);
    },
    dispose: unsubscribe,
  };
}

/** The same objects as before where nothing changed: of hundreds of rows only those are drawn again that differ. */
function withKept(staged: readonly StagedView[], before: readonly StagedView[]): StagedView[] {
  const known = new Map(before.map((one) => [one.stagedId, one]));
  return staged.map((one) => {
    const old = known.get(one.stagedId);
    return old !== undefined && shallow(old, one) ? old : one;
  });
}

/** Nobody knows here which of them have a path; the bytes of the others go along, and main takes only so many at once. */
function inParts(files: readonly Addable[]): Addable[][] {
  const parts: Addable[][] = [];
  let bytes = Infinity;
  for (const file of files) {
    const sizeBytes = Math.min(file instanceof File ? file.size : file.bytes.length, maxPastedBytes);
    if (bytes + sizeBytes > maxPastedBytesAtOnce || parts.at(-1)?.length === filesAtOnce) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(file);
    bytes += sizeBytes;
  }
  return parts;
}

/** What one request may name. */
const idsAtOnce = 400;
