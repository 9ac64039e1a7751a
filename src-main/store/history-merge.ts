import { maxPageSize } from '../../src-shared/domain/limits.ts';
import { maxDroppedRowsOfHistory } from '../../src-shared/protocol/limits.ts';
import { createChangeSet, type ChangeSet } from './change-set.ts';
import type { StoreContext } from './context.ts';
import { showNewest } from './history-newest.ts';
import { planMerge } from './history-plan.ts';
import type { HistorySource } from './history-source.ts';
import { createMergeWriter } from './history-writes.ts';
import type { MergeProgress, MergeReport, StoreOperations } from './operations.ts';
import { applyPushed } from './pushed.ts';
import { drain, type Steps } from './steps.ts';
import type { Following } from './touches.ts';
import { fileIncoming, type Incoming } from './wire-match.ts';

/**
 * `longRows`: a history of no more new rows is there at once, and nobody needs to be told how far it is. `batchRows`
 * are written in one transaction: about 10 ms. `newestRows` of a history that is loaded first are shown first.
 */
export const mergeLimits = { longRows: 2_000, batchRows: 500, newestRows: maxPageSize };
/** Someone is writing in this conversation all the time: then it is planned in one go. */
const maxPlans = 4;
const foreignPerBatch = 200;

export type MergeInput = Omit<Parameters<StoreOperations['mergeHistory']>[0], 'messages'> & {
  readonly source: HistorySource;
};

/**
 * Lays a MESSAGES_LOADED into the store in steps of a few milliseconds, so that other operations go on between them;
 * see `mergeHistory` in operations.ts for what it promises.
 *
 * It is planned upon what was read of the conversation, and begun in the very step in which that is seen to hold still:
 * what waits for an answer is settled there, and the room for the rest is set aside. The rest follows from the newest
 * to the oldest, each batch a transaction. Cut off anywhere, it leaves a conversation that is in order, if incomplete,
 * and that the next history completes.
 */
export function mergeHistory(
  context: StoreContext,
  input: MergeInput,
  tell: (progress: MergeProgress) => void,
  limits = mergeLimits,
): Steps<MergeReport> {
  const { peerId } = input;
  // From now on, however long the first step is waited for: the history is older than what happens from here on.
  const since = context.touches.follow(peerId);
  return mergeInSteps(context, { ...input, since }, tell, limits);
}

type StepsInput = MergeInput & { readonly since: Following };

function* mergeInSteps(
  context: StoreContext,
  input: StepsInput,
  tell: (progress: MergeProgress) => void,
  limits: typeof mergeLimits,
): Steps<MergeReport> {
  const { peerId, source, nowMs, since } = input;
  const changes = createChangeSet(context);
  try {
    const isLong = source.rowCount > limits.longRows;
    const shown = isLong ? showNewest(context, input, limits.newestRows, changes) : 0;
    if (shown > 0) tell({ done: shown, total: source.rowCount, changes: changes.build() });
    const read = yield* readRows(context, input);
    if (read === null) return { ...unreadable, changes: changes.build() };
    yield* applyForeign(context, read.foreign, nowMs, changes);

    const { batchRows } = limits;
    const writer = createMergeWriter(context, { peerId, nowMs, since, changes, batchRows });
    const planInput = { ...input, history: read.history, confirmedSince: new Set<number>(input.confirmedSince) };
    for (let round = 1; ; round += 1) {
      const count = since.count();
      const steps = planMerge(context, planInput);
      const plan = round < maxPlans ? yield* steps : drain(steps);
      if (since.count() !== count) continue;
      writer.begin(plan);
      const total = shown + plan.newCount;
      const isTold = isLong && plan.newCount > limits.longRows;
      if (writer.left() > 0) tell({ done: shown, total: isTold ? total : 0, changes: changes.build() });
      while (writer.left() > 0) {
        yield;
        const added = writer.writeBatch();
        if (isTold) tell({ done: shown + added, total, changes: null });
      }
      const { isAnchored, unboundInDoubt, keepsOwnId } = plan;
      return { isReadable: true, isAnchored, unboundInDoubt, keepsOwnId, changes: changes.build() };
    }
  } catch (error) {
    // The batches before this one are there, and the next merge will find nothing new in them.
    tell({ done: 0, total: 0, changes: changes.build() });
    throw error;
  } finally {
    since.stop();
  }
}

const unreadable = { isReadable: false, isAnchored: false, unboundInDoubt: [], keepsOwnId: false } as const;

type Read = { readonly history: readonly Incoming[]; readonly foreign: readonly Incoming[] };

/** All rows, each under its pair; null where the server's answer is no history. */
function* readRows({ self }: StoreContext, { peerId, source }: MergeInput): Steps<Read | null> {
  const history: Incoming[] = [];
  const foreign: Incoming[] = [];
  let dropped = 0;
  for (let index = 0; index < source.chunkCount; index += 1) {
    const chunk = source.readChunk(index);
    if (!chunk.ok) return null;
    dropped += chunk.value.droppedRows;
    if (dropped > maxDroppedRowsOfHistory) return null;
    for (const entry of fileIncoming(self, chunk.value.messages))
      (entry.peerId === peerId ? history : foreign).push(entry);
    yield;
  }
  return { history, foreign };
}

/** Rows of another pair say nothing about the order or the completeness of their own conversation. */
function* applyForeign(
  context: StoreContext,
  foreign: readonly Incoming[],
  nowMs: number,
  changes: ChangeSet,
): Steps<void> {
  for (let start = 0; start < foreign.length; start += foreignPerBatch) {
    const batch = foreign.slice(start, start + foreignPerBatch);
    context.db.transaction(() => applyPushed(context, batch, nowMs, changes));
    yield;
  }
}
