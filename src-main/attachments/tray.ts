import type { TrayView } from '../../src-shared/ipc/attachment-views.ts';
import type { ParsedRequestOf, ReplyOf } from '../../src-shared/ipc/contract.ts';
import { appError } from '../../src-shared/kernel/app-error.ts';
import type { StagedId, UserId } from '../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import type { Emit } from '../event-outlet.ts';
import type { BlobStore } from '../files/blob-store.ts';
import { spool } from '../files/spool.ts';
import type { Outbox } from '../messages/outbox-types.ts';
import type { Clock, Random, Store } from '../ports.ts';
import type { Changes, StagedRow } from '../store/operations.ts';
import type { ImageBytes } from '../transfers/image-shape.ts';
import {
  imageOfRow,
  isAsSeen,
  lookAgain,
  lookPatienceMs,
  stagedRowOf,
  stagedViewsOf,
  type HandedFile,
  type Looking,
} from './staged-files.ts';

type SendRequest = ParsedRequestOf<'attachments:send'>;

export type Tray = {
  /** Puts in what can be put in: one whose bytes cannot be kept holds up no other. */
  readonly stage: (peerId: UserId, files: readonly HandedFile[]) => Promise<ReplyOf<'attachments:stage'>>;
  /** The tray as it is now: what may have changed on the disk is looked at again. */
  readonly get: (peerId: UserId) => Promise<TrayView>;
  /** Ends the copying of one of these. */
  readonly unstage: (peerId: UserId, stagedIds: readonly StagedId[]) => Promise<TrayView>;
  readonly arrange: (peerId: UserId, stagedIds: readonly StagedId[]) => Promise<TrayView>;
  readonly set: (request: ParsedRequestOf<'attachments:setStaged'>) => Promise<TrayView>;
  /** Commits each as a message, in order, then the caption. Each leaves the tray with its own commit. */
  readonly send: (request: SendRequest) => Promise<Result<ReplyOf<'attachments:send'>>>;
  /** An image of a tray that was shown. */
  readonly image: (stagedId: StagedId) => Promise<ImageBytes | null>;
};

export type TrayDeps = {
  readonly store: Pick<Store, 'putStaged' | 'listStaged' | 'removeStaged' | 'arrangeStaged'>;
  readonly blobs: BlobStore;
  readonly outbox: Pick<Outbox, 'sendText' | 'sendAttachment'>;
  readonly clock: Clock;
  readonly random: Pick<Random, 'uuid'>;
  readonly publish: (changes: Changes) => void;
  readonly emit: Emit;
  /** What this server takes in one file. */
  readonly maxFileBytes: () => number;
};

/** So many files are looked at beside each other: enough for a slow network drive, few for a disk. */
const inspectedAtOnce = 8;
/** Between two tellings of how far the copying is: small files take less, and there may be hundreds. */
const tellEveryMs = 200;

/** Send was pressed: what is being copied, how to end that, and when the window was told of it. */
type Turn = {
  preparing: TrayView['preparing'];
  abort: AbortController;
  toldAtMs: number;
  readonly silences: Looking['silences'];
};

/**
 * The trays of one account. Paths stay in main and in the encrypted store; a staged id names one of them once: it
 * becomes the command that sends it, so that a crash at any instant sends nothing twice and loses nothing.
 */
export function createTray(deps: TrayDeps): Tray {
  const { store, blobs, clock, random, publish, maxFileBytes } = deps;
  const turns = new Map<UserId, Turn>();
  /** Sends to one person, one after the other. */
  const queues = new Map<UserId, Promise<unknown>>();
  const peers = new Map<StagedId, UserId>();
  /** Sent or taken out. Noted before the store is asked, so that nothing that was looked at meanwhile comes back. */
  const gone = new Set<StagedId>();

  let lastVersion = 0;
  /** Goes on upwards where the account is opened once more. */
  function nextVersion(): number {
    lastVersion = Math.max(lastVersion + 1, Math.floor(clock.monotonicMs()));
    return lastVersion;
  }

  const looking = (silences: Looking['silences'], signal?: AbortSignal): Looking => ({
    maxFileBytes: maxFileBytes(),
    patience: { signal, limit: { clock, patienceMs: lookPatienceMs } },
    silences,
  });

  async function view(peerId: UserId): Promise<TrayView> {
    // Given out in the order in which the store is asked, which is that of its answers.
    const version = nextVersion();
    const rows = await store.listStaged({ peerId });
    for (const { stagedId } of rows) peers.set(stagedId, peerId);
    const limit = maxFileBytes();
    const preparing = turns.get(peerId)?.preparing ?? null;
    return { peerId, version, staged: stagedViewsOf(rows, limit), maxFileBytes: limit, preparing };
  }
  async function put(peerId: UserId, all: readonly StagedRow[]): Promise<void> {
    const rows = all.filter(({ stagedId }) => !gone.has(stagedId));
    if (rows.length > 0) publish(await store.putStaged({ peerId, rows, nowMs: clock.nowMs() }));
  }

  type Change = (row: StagedRow) => StagedRow | undefined;
  async function changeNow(peerId: UserId, of: Change): Promise<void> {
    const rows = await store.listStaged({ peerId });
    await put(
      peerId,
      rows.map(of).filter((row) => row !== undefined),
    );
  }
  let lastChange: Promise<unknown> = Promise.resolve();
  /** Replaces rows by what becomes of them, one change after the other. */
  function change(peerId: UserId, of: Change): Promise<void> {
    const turn = lastChange.then(() => changeNow(peerId, of));
    lastChange = turn.catch(() => undefined);
    return turn;
  }
  /** Copying takes its time: what the person chose before its turn came counts. */
  async function rowNow(peerId: UserId, stagedId: StagedId): Promise<StagedRow | undefined> {
    await lastChange;
    return (await store.listStaged({ peerId, only: stagedId }))[0];
  }
  /** Looking takes its time: what the person chose meanwhile counts. */
  async function putLookedAt(peerId: UserId, looked: readonly StagedRow[]): Promise<void> {
    const byId = new Map(looked.map((row) => [row.stagedId, row]));
    if (byId.size === 0) return;
    await change(peerId, ({ stagedId, isAsFile, keepsMetadata }) => {
      const row = byId.get(stagedId);
      return row && { ...row, isAsFile, keepsMetadata };
    });
  }

  async function stage(peerId: UserId, files: readonly HandedFile[]): Promise<ReplyOf<'attachments:stage'>> {
    const how = looking(new Map());
    const results = await eachOf(files, (file) =>
      stagedRowOf(file, { ...how, stagedId: random.uuid() as StagedId, blobs }),
    );
    await put(
      peerId,
      results.flatMap((result) => (result.ok ? [result.value] : [])),
    );
    // The window still has them, says so and can try again.
    const notTaken = results.flatMap((result, at) => (result.ok ? [] : [{ at, code: result.error.code }]));
    return { tray: await view(peerId), notTaken };
  }

  async function get(peerId: UserId): Promise<TrayView> {
    const before = await store.listStaged({ peerId });
    const how = looking(new Map());
    const now = await eachOf(before, (row) => lookAgain(row, how));
    await putLookedAt(
      peerId,
      now.filter((row, at) => !isSame(row, before[at])),
    );
    return view(peerId);
  }

  async function unstage(peerId: UserId, stagedIds: readonly StagedId[]): Promise<TrayView> {
    const isNew = stagedIds.filter((stagedId) => !gone.has(stagedId));
    for (const stagedId of isNew) gone.add(stagedId);
    const turn = turns.get(peerId);
    if (turn?.preparing && stagedIds.includes(turn.preparing.stagedId)) turn.abort.abort();
    try {
      publish(await store.removeStaged({ peerId, stagedIds }));
    } catch (error) {
      // They are in the tray as before, and the next Send must not pass over them.
      for (const stagedId of isNew) gone.delete(stagedId);
      throw error;
    }
    return view(peerId);
  }

  /** @returns whether it is a message now. Where it is not, the tray says why, or does not have it any more. */
  async function sendOne(peerId: UserId, before: StagedRow, turn: Turn): Promise<Result<boolean>> {
    const { stagedId } = before;
    turn.abort = new AbortController();
    tellProgress(peerId, turn, { stagedId, doneBytes: 0 });
    const row = await lookAgain(before, looking(turn.silences, turn.abort.signal));
    const leave = async (left: StagedRow): Promise<Result<boolean>> => {
      if (!isSame(left, before)) await putLookedAt(peerId, [left]);
      return ok(false);
    };
    if (row.problem !== null) return leave(row);
    // What goes is what the person saw: they are told, see it as it is now, and may press Send again.
    if (!isAsSeen(row, before)) return leave({ ...row, problem: 'changed' });
    const { signal } = turn.abort;
    const onBytes = (doneBytes: number): void => tellProgress(peerId, turn, { stagedId, doneBytes });
    const spooled = await spool(row, { blobs, maxBytes: maxFileBytes(), signal, onBytes });
    if (gone.has(stagedId)) return ok(false);
    if (!spooled.ok) {
      // Taken out, but the store did not note it: the others go on.
      if (spooled.error === 'cancelled') return ok(false);
      if (spooled.error === 'not-writable') return err(appError('unexpected'));
      return leave({ ...row, problem: spooled.error });
    }
    gone.add(stagedId);
    try {
      const { mime: _mime, ...bytes } = spooled.value;
      await deps.outbox.sendAttachment({ ...bytes, stagedId, peerId, name: row.name });
    } catch (error) {
      gone.delete(stagedId);
      throw error;
    }
    return ok(true);
  }

  function tellProgress(peerId: UserId, turn: Turn, preparing: Turn['preparing']): void {
    turn.preparing = preparing;
    const nowMs = clock.monotonicMs();
    if (nowMs - turn.toldAtMs < tellEveryMs) return;
    turn.toldAtMs = nowMs;
    // It is for the eye only. A store that fails is met by the next commit, which says so.
    view(peerId).then(
      (seen) => deps.emit('attachments:trayChanged', seen),
      () => undefined,
    );
  }

  async function sendAll({ commandId, peerId, stagedIds, caption }: SendRequest): Promise<Result<number>> {
    const turn: Turn = {
      preparing: null,
      abort: new AbortController(),
      toldAtMs: -Infinity,
      silences: new Map(),
    };
    turns.set(peerId, turn);
    let sentCount = 0;
    try {
      for (const stagedId of stagedIds) {
        const row = await rowNow(peerId, stagedId);
        if (row === undefined || gone.has(stagedId)) continue;
        const isSent = await sendOne(peerId, row, turn);
        if (!isSent.ok) return isSent;
        if (isSent.value) sentCount += 1;
      }
      if (sentCount > 0 && caption !== '') await deps.outbox.sendText({ commandId, peerId, text: caption });
    } finally {
      turns.delete(peerId);
    }
    return ok(sentCount);
  }

  return {
    stage,
    get,
    unstage,
    arrange: async (peerId, stagedIds) => {
      await store.arrangeStaged({ peerId, stagedIds });
      return view(peerId);
    },
    set: async ({ peerId, stagedId, isAsFile, keepsMetadata }) => {
      await change(peerId, (row) => (row.stagedId === stagedId ? { ...row, isAsFile, keepsMetadata } : undefined));
      return view(peerId);
    },
    send: async (request) => {
      const { peerId } = request;
      const work = (queues.get(peerId) ?? Promise.resolve()).then(() => sendAll(request));
      queues.set(
        peerId,
        work.catch(() => undefined),
      );
      const sent = await work;
      return sent.ok ? ok({ sentCount: sent.value, tray: await view(peerId) }) : sent;
    },
    image: async (stagedId) => {
      const peerId = peers.get(stagedId);
      if (peerId === undefined) return null;
      const [row] = await store.listStaged({ peerId, only: stagedId });
      return row === undefined ? null : imageOfRow(row, blobs);
    },
  };
}

const isSame = (row: StagedRow, other: StagedRow | undefined): boolean => JSON.stringify(row) === JSON.stringify(other);

/** In order, a few at a time. */
async function eachOf<In, Out>(inputs: readonly In[], work: (input: In) => Promise<Out>): Promise<Out[]> {
  const outputs: Out[] = [];
  let next = 0;
  const workOn = async (): Promise<void> => {
    for (let at = next++; at < inputs.length; at = next++) outputs[at] = await work(inputs[at] as In);
  };
  await Promise.all(Array.from({ length: inspectedAtOnce }, workOn));
  return outputs;
}
