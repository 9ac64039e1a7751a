import { err, ok } from '../../src-shared/kernel/result.ts';
import type { HeldId } from '../connection/inbound-frame.ts';
import type { StoreContext } from './context.ts';
import { mergeHistory, type MergeInput } from './history-merge.ts';
import { sourceOf, type HistorySource } from './history-source.ts';
import { decodeLargeFrame } from './large-frame.ts';
import type { MergeProgress, StoreOperations } from './operations.ts';
import type { Steps } from './steps.ts';
import type { StoreProgress, StoreRequest, StoreSlice } from './store-protocol.ts';

/** So long one turn takes: whoever asks for something waits no longer. */
const turnMs = 10;
/** A window is told of progress no oftener. */
const progressMs = 250;
/** Each history holds up to 64 MB, be it asked for or not. One is being merged, one has just come. */
const maxHeld = 2;

export type AsideOutcome = { readonly id: number; readonly name: StoreRequest['name'] } & (
  | { readonly value: unknown }
  | { readonly error: unknown }
);

/** Work that takes long, done in turns between which other requests are answered. One merge at a time. */
export type AsideWork = {
  readonly takeSlice: (slice: StoreSlice) => void;
  /** Takes over a request. @throws where it cannot be begun. */
  readonly begin: (request: StoreRequest, context: StoreContext | null) => void;
  readonly release: (held: HeldId) => void;
  readonly isBusy: () => boolean;
  /** One turn of work, and what there is to say after it. */
  readonly turn: () => { readonly ended: AsideOutcome | null; readonly progress: readonly StoreProgress[] };
  /** The database is closed: what was under way for it is given up, what is held is let go. @returns what was given up. */
  readonly clear: () => readonly AsideOutcome[];
};

type Job = {
  readonly id: number;
  readonly name: StoreRequest['name'];
  readonly steps: Steps<unknown>;
  /** It lays down a history that is held for it. */
  readonly isOfHeld: boolean;
  toldAtMs: number;
};

export function createAsideWork(monotonicMs: () => number): AsideWork {
  /** Frames whose pieces are arriving, each piece let go at once. */
  const arriving = new Map<number, { readonly bytes: Buffer; filledBytes: number }>();
  const held = new Map<HeldId, HistorySource>();
  /** Frames wait for nothing but each other: the connection stands still behind them. */
  const frames: Job[] = [];
  const merges: Job[] = [];
  let progress: StoreProgress[] = [];

  function* decode(id: number): Steps<ReturnType<StoreOperations['decodeFrame']>> {
    const { bytes, filledBytes } = arriving.get(id) ?? { bytes: Buffer.alloc(0), filledBytes: 0 };
    arriving.delete(id);
    if (filledBytes !== bytes.length) throw new Error('a piece of this frame is not here');
    yield;
    const decoded = yield* decodeLargeFrame(bytes);
    if (!decoded.ok) return err(decoded.error);
    if ('frame' in decoded.value) return ok(decoded.value.frame);
    const { history } = decoded.value;
    const [oldest] = held.keys();
    if (held.size >= maxHeld && oldest !== undefined) held.delete(oldest);
    // The number of its request: no other process before or after this one has given it to another.
    const name = id as HeldId;
    held.set(name, history);
    return ok({ kind: 'history-held', held: name, rowCount: history.rowCount });
  }

  /** A frame that would be one history too many waits, and the connection with it, while others are laid down. */
  function nextJob(): Job | undefined {
    const isFull = held.size + merges.filter((job) => job.isOfHeld).length >= maxHeld;
    return isFull ? (merges[0] ?? frames[0]) : (frames[0] ?? merges[0]);
  }

  function sourceFor(messages: Parameters<StoreOperations['mergeHistory']>[0]['messages']): HistorySource {
    if (typeof messages !== 'number') return sourceOf(messages);
    const source = held.get(messages);
    if (source === undefined) throw new Error('this history is not here');
    held.delete(messages);
    return source;
  }

  function tell(job: Job, told: MergeProgress): void {
    const nowMs = monotonicMs();
    if (told.changes === null && nowMs - job.toldAtMs < progressMs) return;
    job.toldAtMs = nowMs;
    progress.push({ id: job.id, progress: told });
  }

  function merge(id: number, input: Parameters<StoreOperations['mergeHistory']>[0], context: StoreContext): Job {
    const mergeInput: MergeInput = { ...input, source: sourceFor(input.messages) };
    const steps = mergeHistory(context, mergeInput, (told) => tell(job, told));
    const job: Job = {
      id,
      name: 'mergeHistory',
      steps,
      isOfHeld: typeof input.messages === 'number',
      toldAtMs: monotonicMs(),
    };
    return job;
  }

  function drop(job: Job): void {
    for (const jobs of [frames, merges]) if (jobs[0] === job) jobs.shift();
  }

  return {
    takeSlice: ({ id, slice, totalBytes }) => {
      const frame = arriving.get(id) ?? { bytes: Buffer.allocUnsafeSlow(totalBytes), filledBytes: 0 };
      arriving.set(id, frame);
      frame.bytes.set(slice, frame.filledBytes);
      frame.filledBytes += slice.length;
    },
    begin: ({ id, name, input }, context) => {
      if (name === 'decodeFrame')
        frames.push({ id, name, steps: decode(id), isOfHeld: false, toldAtMs: monotonicMs() });
      else if (context === null) throw new Error('no database is open');
      else merges.push(merge(id, input as Parameters<StoreOperations['mergeHistory']>[0], context));
    },
    release: (name) => void held.delete(name),
    isBusy: () => frames.length + merges.length > 0,
    turn: () => {
      const job = nextJob();
      if (job === undefined) return { ended: null, progress: [] };
      const endMs = monotonicMs() + turnMs;
      let ended: AsideOutcome | null = null;
      try {
        while (ended === null && monotonicMs() < endMs) {
          const step = job.steps.next();
          if (step.done === true) ended = { id: job.id, name: job.name, value: step.value };
        }
      } catch (error) {
        ended = { id: job.id, name: job.name, error };
      }
      if (ended !== null) drop(job);
      else if (monotonicMs() - job.toldAtMs >= progressMs) {
        job.toldAtMs = monotonicMs();
        progress.push({ id: job.id, progress: null });
      }
      const told = progress;
      progress = [];
      return { ended, progress: told };
    },
    clear: () => {
      held.clear();
      const error = new Error('the database was closed');
      return merges.splice(0).map(({ id, name, steps }) => {
        steps.return(undefined);
        return { id, name, error };
      });
    },
  };
}
