import { appError } from '../../src-shared/kernel/app-error.ts';
import type { BlobId, RowId, UserId } from '../../src-shared/kernel/ids.ts';
import { err, type Result } from '../../src-shared/kernel/result.ts';
import type { MessageView } from '../../src-shared/ipc/views.ts';
import type { Link, LinkState } from '../connection/link.ts';
import type { Cancel, Clock, Logger, Random, Store } from '../ports.ts';
import { createSlots } from './slots.ts';
import { maxUnaskedBytes, type TakeBytes, type TakeFault } from './take-bytes.ts';
import type { TransferBoard } from './transfer-board.ts';

/** Downloads under way at once. */
const maxAtOnce = 2;
/** Images that wait to come by themselves: three pages of a conversation. Beyond it the oldest wait is ended. */
const maxWaiting = 180;
/** Tries in a row that brought nothing, while connected; between them 1, 2, 4, 8 seconds, less some chance. */
const maxVainTries = 5;
const firstPauseMs = 1_000;

export type Downloads = {
  /**
   * Sees to it that the bytes of a message are here, because a person wants them. Fails with `offline` where they are on
   * a server that is not connected; `cancelled`, `file-gone`, `file-damaged`, `file-too-large`, `not-a-file`, `disk-full`
   * and what else can go wrong on a network.
   */
  readonly fetch: (rowId: RowId) => Promise<Result<BlobId>>;
  /** These are on screen: their images come by themselves, the last one first. */
  readonly offer: (messages: readonly MessageView[]) => void;
  /** Only this conversation is on screen: images of others need not come any more. */
  readonly setViewed: (peerId: UserId | null) => void;
  /** Ends the download of this message. False: there is none. */
  readonly cancel: (rowId: RowId) => boolean;
  /** A person waits for the bytes of this message. */
  readonly isAsked: (rowId: RowId) => boolean;
  readonly dispose: () => void;
};

type Begun = {
  readonly peerId: UserId;
  readonly name: string;
  readonly totalBytes: number | null;
  readonly doneBytes: number;
};
type Job = {
  readonly rowId: RowId;
  /** Null where it was asked for by its row alone. */
  readonly peerId: UserId | null;
  /** Larger came later. */
  readonly order: number;
  readonly stop: AbortController;
  isAsked: boolean;
  isRunning: boolean;
  /** It was cancelled and is asked for again, before it has ended. */
  isWantedAgain: boolean;
  /** It is on the board. */
  announced: Promise<void>;
  /** How far it was when it ran last; null: it never did. */
  begun: Begun | null;
  /** Ends the wait for another try. */
  hurry: (() => void) | null;
};

const cancelled: TakeFault = { code: 'cancelled', isPassing: false, isPartKept: true, needsServer: false };
const broken: TakeFault = { ...cancelled, code: 'unexpected' };
/** A connection that is on its way is worth a moment's wait; one that waits for its next attempt is not. */
const isComing = ({ phase }: LinkState): boolean =>
  phase === 'dialing' || phase === 'authenticating' || phase === 'catching-up' || phase === 'ready';

/** How one try went; `hasProgressed`: more of it is here than before. */
type Try = { readonly result: Result<BlobId, TakeFault>; readonly hasProgressed: boolean };

/** Decides which bytes are fetched, when, and in which order. How they are is up to `take`. */
export function createDownloads(deps: {
  readonly take: TakeBytes;
  readonly store: Pick<Store, 'getAttachment'>;
  readonly link: Pick<Link, 'state' | 'onState'>;
  readonly board: Pick<TransferBoard, 'start' | 'advance' | 'end'>;
  readonly clock: Pick<Clock, 'setTimer'>;
  readonly random: Pick<Random, 'fraction'>;
  readonly log: Logger;
}): Downloads {
  const { take, store, link, board, clock, random, log } = deps;
  const slots = createSlots(maxAtOnce);
  const jobs = new Map<RowId, { readonly job: Job; readonly outcome: Promise<Result<BlobId>> }>();
  /** What did not come by itself is left alone: until the next log-in, or for as long as the account is open. */
  const failed = new Map<RowId, 'passing' | 'lasting'>();
  const readyListeners = new Set<() => void>();
  let lastOrder = 0;

  const cancelState = link.onState(({ phase }) => {
    if (phase !== 'ready') return;
    for (const [rowId, kind] of failed) if (kind === 'passing') failed.delete(rowId);
    for (const goOn of readyListeners) goOn();
  });

  function show({ rowId, begun }: Job, phase: 'running' | 'waiting'): void {
    if (begun !== null) board.start({ rowId, direction: 'down', phase, ...begun });
  }

  /** Somebody waits for it, so it is seen although others come first, or nothing comes at all. */
  async function announce(job: Job): Promise<void> {
    const { rowId } = job;
    const attachment = await store.getAttachment({ rowId }).catch(() => null);
    // It may have ended while the store was asked.
    if (jobs.get(rowId)?.job !== job) return;
    if (attachment === null || attachment.blobId !== null || job.begun !== null) return;
    const { peerId, name, sizeBytes } = attachment;
    board.start({ rowId, peerId, direction: 'down', name, phase: 'waiting', totalBytes: sizeBytes });
  }

  async function tryOnce(job: Job): Promise<Try> {
    const { rowId, stop } = job;
    const leave = await slots.take(() => (job.isAsked ? Infinity : job.order), stop.signal);
    if (leave === null) return { result: err(cancelled), hasProgressed: false };
    const { isAsked } = job;
    let first: number | null = null;
    job.isRunning = true;
    try {
      const result = await take({
        rowId,
        isAsked,
        signal: stop.signal,
        onStart: ({ peerId, name, sizeBytes }) => {
          job.begun = { peerId, name, totalBytes: sizeBytes, doneBytes: job.begun?.doneBytes ?? 0 };
          show(job, 'running');
        },
        onBytes: (doneBytes) => {
          first ??= doneBytes;
          if (job.begun !== null) job.begun = { ...job.begun, doneBytes };
          board.advance(rowId, doneBytes);
        },
      });
      return { result, hasProgressed: (job.begun?.doneBytes ?? 0) > (first ?? Infinity) };
    } finally {
      job.isRunning = false;
      leave();
    }
  }

  /** Waits for what `start` waits for, or until somebody is in a hurry. */
  function wait(job: Job, start: (goOn: () => void) => Cancel): Promise<void> {
    show(job, 'waiting');
    return new Promise((resolve) => {
      job.hurry = () => {
        job.hurry = null;
        cancel();
        resolve();
      };
      const cancel = start(() => job.hurry?.());
    });
  }

  const connected = (job: Job): Promise<void> =>
    wait(job, (goOn) => {
      readyListeners.add(goOn);
      return () => readyListeners.delete(goOn);
    });

  async function work(job: Job): Promise<Result<BlobId, TakeFault>> {
    for (let vainTries = 0; ;) {
      const wasAsked = job.isAsked;
      const { result, hasProgressed } = await tryOnce(job);
      if (result.ok || job.stop.signal.aborted) return result;
      const { isPassing, needsServer } = result.error;
      if (needsServer) {
        // Nobody waits for what may never begin; what has begun goes on with the connection.
        if (job.isAsked && job.begun === null && !isComing(link.state())) return result;
        if (link.state().phase !== 'ready') await connected(job);
      } else if (isPassing) {
        // A server that drips goes on for ever: nobody asked for that.
        const isDripping = !wasAsked && result.error.code === 'timeout';
        vainTries = hasProgressed && !isDripping ? 1 : vainTries + 1;
        if (vainTries >= maxVainTries) return result;
        const pauseMs = firstPauseMs * 2 ** (vainTries - 1) * (1 - random.fraction() / 2);
        await wait(job, (goOn) => clock.setTimer(pauseMs, goOn));
      } else if (wasAsked || !job.isAsked) return result;
      // Else it was asked for meanwhile, which allows more.
    }
  }

  async function run(job: Job): Promise<Result<BlobId>> {
    const result = await work(job).catch((error: unknown) => {
      log('download-broken', { error: error instanceof Error ? error.name : 'unknown' });
      return err(broken);
    });
    await job.announced;
    // Let go, or the account was closed: nobody is to be told.
    if (jobs.get(job.rowId)?.job !== job) return err(appError('cancelled'));
    jobs.delete(job.rowId);
    if (result.ok) {
      failed.delete(job.rowId);
      board.end(job.rowId, 'done', null);
      return result;
    }
    const { isPassing, needsServer } = result.error;
    const code = job.stop.signal.aborted ? 'cancelled' : result.error.code;
    failed.set(job.rowId, isPassing || needsServer || code === 'disk-full' ? 'passing' : 'lasting');
    board.end(job.rowId, code === 'cancelled' ? 'cancelled' : 'failed', code === 'cancelled' ? null : code);
    log('download-ended', { code });
    return err(appError(code));
  }

  function begin(rowId: RowId, peerId: UserId | null, isAsked: boolean): Promise<Result<BlobId>> {
    lastOrder += 1;
    const stop = new AbortController();
    const announced = Promise.resolve();
    const job: Job = {
      rowId,
      peerId,
      order: lastOrder,
      stop,
      isAsked,
      isRunning: false,
      isWantedAgain: false,
      announced,
      begun: null,
      hurry: null,
    };
    const outcome = run(job);
    jobs.set(rowId, { job, outcome });
    if (isAsked) job.announced = announce(job);
    return outcome;
  }

  /** Those that nobody asked for and that have not begun. */
  const waiting = (): Job[] => [...jobs.values()].map(({ job }) => job).filter((job) => !job.isAsked && !job.isRunning);

  function end(job: Job): void {
    job.isWantedAgain = false;
    job.stop.abort();
    job.hurry?.();
  }

  /** As if it had never been offered. */
  function letGo(job: Job): void {
    jobs.delete(job.rowId);
    end(job);
    board.end(job.rowId, 'cancelled', null);
  }

  function fetch(rowId: RowId): Promise<Result<BlobId>> {
    const known = jobs.get(rowId);
    if (known === undefined) return begin(rowId, null, true);
    const { job, outcome } = known;
    if (job.stop.signal.aborted) return fetchAfter(job, outcome);
    job.isAsked = true;
    job.hurry?.();
    job.announced = announce(job);
    return outcome;
  }

  /** Two at once would write into one part. */
  async function fetchAfter(job: Job, outcome: Promise<Result<BlobId>>): Promise<Result<BlobId>> {
    job.isWantedAgain = true;
    const ended = await outcome;
    return job.isWantedAgain && !ended.ok ? fetch(job.rowId) : ended;
  }

  return {
    fetch,
    offer: (messages) => {
      for (const { rowId, peerId, kind, attachment, sizeBytes } of messages) {
        const isWanted = kind === 'image' && attachment?.source === 'server' && (sizeBytes ?? 0) <= maxUnaskedBytes;
        if (isWanted && !jobs.has(rowId) && !failed.has(rowId)) void begin(rowId, peerId, false);
      }
      for (const job of waiting().slice(0, -maxWaiting)) letGo(job);
    },
    setViewed: (peerId) => {
      for (const job of waiting()) if (job.peerId !== peerId) letGo(job);
    },
    cancel: (rowId) => {
      const known = jobs.get(rowId);
      if (known !== undefined) end(known.job);
      return known !== undefined;
    },
    isAsked: (rowId) => jobs.get(rowId)?.job.isAsked ?? false,
    dispose: () => {
      cancelState();
      for (const { job } of jobs.values()) letGo(job);
    },
  };
}
