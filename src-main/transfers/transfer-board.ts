import type { AppErrorCode } from '../../src-shared/kernel/app-error.ts';
import type { RowId, UserId } from '../../src-shared/kernel/ids.ts';
import type { NamedTransfer, TransferView } from '../../src-shared/ipc/attachment-views.ts';
import type { Emit } from '../event-outlet.ts';
import type { Cancel, Clock } from '../ports.ts';

/** Between one telling and the next: four times a second. */
const tickMs = 250;
/** The speed is that of so many milliseconds. */
const speedWindowMs = 5_000;

export type TransferStart = {
  readonly rowId: RowId;
  readonly peerId: UserId;
  readonly direction: 'up' | 'down';
  /** Of the file; for questions only, the window knows the message. */
  readonly name: string;
  /** `running` unless it is said to wait behind others. */
  readonly phase?: 'waiting' | 'running';
  /** Where it goes on from, 0 where nothing is said. */
  readonly doneBytes?: number;
  readonly totalBytes: number | null;
};

/** What is on its way up or down, one entry for each message, as the window is shown it. */
export type TransferBoard = {
  /** Begins to wait or to run, also anew, whatever it was before. */
  readonly start: (transfer: TransferStart) => void;
  /** `doneBytes` in all, not since the last time. As often as you like; nothing where it does not run. */
  readonly advance: (rowId: RowId, doneBytes: number) => void;
  /**
   * Nothing where it was not begun. What failed stays to be seen until it is begun again; only downloads do, a failed
   * upload is a failed message.
   */
  readonly end: (rowId: RowId, phase: 'done' | 'cancelled' | 'failed', error: AppErrorCode | null) => void;
  readonly list: () => readonly TransferView[];
  /** Those that wait or run, with the names of their files; what runs comes first. */
  readonly underWay: () => readonly NamedTransfer[];
  readonly dispose: () => void;
};

export type TransferBoardDeps = { readonly clock: Clock; readonly emit: Emit };

type Sample = { readonly atMs: number; readonly doneBytes: number };
type Entry = {
  readonly name: string;
  view: TransferView;
  /** What it was at the last ticks, the oldest first. */
  samples: Sample[];
};

/** Tells `transfers:progressed`, all that changed in one event, at most four times a second. */
export function createTransferBoard({ clock, emit }: TransferBoardDeps): TransferBoard {
  const entries = new Map<RowId, Entry>();
  /** What was told of each, or of those that are gone is still to be told. */
  const told = new Map<RowId, TransferView>();
  const ended = new Map<RowId, TransferView>();
  let cancelTick: Cancel | null = null;

  function measure(entry: Entry): void {
    if (entry.view.phase !== 'running') return;
    const now = { atMs: clock.monotonicMs(), doneBytes: entry.view.doneBytes };
    if (entry.samples.at(-1)?.atMs !== now.atMs) entry.samples.push(now);
    // The last one from before the window is where it begins.
    while ((entry.samples[1]?.atMs ?? Infinity) <= now.atMs - speedWindowMs) entry.samples.shift();
    const [first = now] = entry.samples;
    const elapsedMs = now.atMs - first.atMs;
    const bytesPerSecond =
      elapsedMs < tickMs ? null : Math.round(((now.doneBytes - first.doneBytes) * 1_000) / elapsedMs);
    if (bytesPerSecond !== entry.view.bytesPerSecond) entry.view = { ...entry.view, bytesPerSecond };
  }

  function tell(): void {
    const news: TransferView[] = [...ended.values()];
    ended.clear();
    for (const [rowId, entry] of entries) {
      measure(entry);
      if (told.get(rowId) !== entry.view) news.push(entry.view);
      told.set(rowId, entry.view);
    }
    if (news.length > 0) emit('transfers:progressed', news);
    const isRunning = [...entries.values()].some((entry) => entry.view.phase === 'running');
    cancelTick = news.length > 0 || isRunning ? clock.setTimer(tickMs, tell) : null;
  }

  /** At once where nothing was told a moment ago. */
  const plan = (): void => {
    if (cancelTick === null) tell();
  };

  return {
    start: ({ name, ...transfer }) => {
      ended.delete(transfer.rowId);
      const view = { phase: 'running', doneBytes: 0, bytesPerSecond: null, error: null, ...transfer } as const;
      entries.set(transfer.rowId, { name, view, samples: [] });
      plan();
    },
    advance: (rowId, doneBytes) => {
      const entry = entries.get(rowId);
      if (entry?.view.phase === 'running') entry.view = { ...entry.view, doneBytes };
    },
    end: (rowId, phase, error) => {
      const entry = entries.get(rowId);
      if (entry === undefined) return;
      const doneBytes = phase === 'done' ? (entry.view.totalBytes ?? entry.view.doneBytes) : entry.view.doneBytes;
      const view: TransferView = { ...entry.view, phase, doneBytes, bytesPerSecond: null, error };
      if (phase === 'failed') entries.set(rowId, { name: entry.name, view, samples: [] });
      else {
        entries.delete(rowId);
        told.delete(rowId);
        ended.set(rowId, view);
      }
      plan();
    },
    list: () => [...entries.values()].map((entry) => entry.view),
    underWay: () => {
      const all = [...entries.values()].map(({ name, view }) => ({ name, transfer: view }));
      const inPhase = (phase: TransferView['phase']) => all.filter(({ transfer }) => transfer.phase === phase);
      return [...inPhase('running'), ...inPhase('waiting')];
    },
    dispose: () => {
      cancelTick?.();
      cancelTick = (): void => {};
      entries.clear();
      ended.clear();
    },
  };
}
