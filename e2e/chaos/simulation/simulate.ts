import { userId, type RowId } from '../../../src-shared/kernel/ids.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { createRandom } from '../../../src-shared/protocol/random.ts';
import type { ServerTraits } from '../../../src-main/store/traits.ts';
import { createMemoryBlobs } from '../../../src-main/testing/memory-blobs.ts';
import { createServer } from './server.ts';
import type { RunHistory, WriteOp } from './checker.ts';
import { createNetwork } from './network.ts';
import { createOwnMessages, unwatched } from './own-messages.ts';
import { pageOf, startProgram, type Flaw, type Program } from './program.ts';
import { isChokedOn, type Plan, type Step } from './schedule.ts';
import { createStoreHost } from './store-host.ts';
import { tellHistory } from './tell-history.ts';
import { createVirtualTime } from './virtual-time.ts';

export type RunOptions = {
  readonly flaw?: Flaw;
  /** The program crashes right after this many commits and frames of its first run; what it wrote last is lost or not. */
  readonly crashAfter?: { readonly steps: number; readonly downMs: number };
  /** Hears the story of the run, line by line. */
  readonly trace?: (line: string) => void;
};
export type RunResult = {
  readonly history: RunHistory;
  readonly faultsInjected: number;
  /** Whether it came to the crash that was asked for. */
  readonly hasCrashed: boolean;
};

/** After the last fault all must be well within this time: three rounds of loading and giving up, and the longest back-off. */
const longestHealMs = 15 * 60_000;

/** Plays a plan to its end, heals everything, and tells what happened. The same plan is always the same run. */
export async function simulate(plan: Plan, options: RunOptions = {}): Promise<RunResult> {
  const time = createVirtualTime();
  const random = createRandom(plan.seed ^ 0x5eed);
  const server = createServer(time, createRandom(plan.seed + 1), plan.model);
  const tell = (what: string): void => options.trace?.(`${String(time.nowMs()).padStart(8)}  ${what}`);
  const network = createNetwork(time, createRandom(plan.seed + 2), server, tell);
  const host = createStoreHost(time, createRandom(plan.seed + 3));
  const blobs = createMemoryBlobs();
  const shownAsSent = new Map<number, boolean>();
  const sentWords = new Map<string, number>();
  const faults: string[] = [];
  let clockOffsetMs = 0;
  let programSteps = 0;
  let faultsInjected = 0;
  let storeDeaths = 0;
  const world: { program: Program | null } = { program: null };

  function onShown(message: MessageView): void {
    if (message.senderId !== 1 || (message.state !== 'sent' && message.state !== 'read')) return;
    if (message.failure !== null || shownAsSent.has(message.messageId)) return;
    const words = `${message.peerId} ${message.text}`;
    const count = (sentWords.get(words) ?? 0) + 1;
    sentWords.set(words, count);
    // Of the same words said twice nobody can tell which has arrived, where the server gives its own ids.
    const isTwin = plan.model.ids === 'own' && server.countOf(message.peerId, message.text) >= count;
    shownAsSent.set(message.messageId, isTwin || server.knows(message.messageId));
  }

  function start(): void {
    world.program ??= startProgram({
      time,
      random,
      host,
      blobs,
      network,
      clockOffsetMs: () => clockOffsetMs,
      flaw: options.flaw ?? {},
      onShown,
      onFault: (what) => void faults.push(what),
      tell,
      onStep: () => {
        programSteps += 1;
        if (programSteps === options.crashAfter?.steps) crash(options.crashAfter.downMs, 0);
      },
    });
  }
  function crash(downMs: number, runs: number): void {
    world.program?.crash();
    world.program = null;
    host.abandon(runs);
    time.after(downMs, start);
  }

  const traits = (): ServerTraits => host.look('getTraits', {}) as ServerTraits;

  function markRead(peer: number): void {
    const theirs = pageOf(host, peer).filter((message) => message.senderId === peer && message.state === 'sent');
    const rowIds = theirs.map((message): RowId => message.rowId);
    unwatched(world.program?.scope()?.readMarks.mark(userId(peer), rowIds));
  }

  const sends = plan.steps.filter((step) => step.do === 'send');
  const ops = sends.map((step, index): WriteOp => ({
    index,
    peer: step.peer,
    text: step.text,
    outcome: 'info',
    messageId: null,
    tries: 0,
    isRetried: false,
    isDeleted: false,
    isSpoilt: isChokedOn(step.text),
  }));
  const files = new Set(ops.filter((op) => sends[op.index]?.isFile === true));
  const own = createOwnMessages({
    time,
    host,
    blobs,
    program: () => world.program,
    isFile: (op) => files.has(op),
    storeDeaths: () => storeDeaths,
    onShown,
    onFault: (what) => void faults.push(what),
  });
  const { writes, opOf, outbox } = own;
  let nextWrite = 0;

  function perform(step: Step): void {
    tell(JSON.stringify(step));
    switch (step.do) {
      case 'send':
        return own.send(ops[nextWrite++]!);
      case 'repeat': {
        const op = writes[step.which % Math.max(1, writes.length)];
        if (op === undefined || op.outcome === 'fail') return;
        // What came of the first time may be nothing: then its place is that of the second.
        if (op.outcome === 'info') op.isRetried = true;
        own.send(op);
        return;
      }
      case 'incoming':
        return server.comesIn(step.peer, step.text, 'peer');
      case 'other-device':
        // As long as nothing shows that the server keeps ids, nobody can tell two devices apart that say the same.
        return server.comesIn(step.peer, traits().keepsIds ? step.text : `${step.text} elsewhere`, 'other-device');
      case 'peer-reads':
        return server.peerReads(step.peer);
      case 'open':
        return world.program?.scope()?.setViewed(userId(step.peer));
      case 'read':
        return markRead(step.peer);
      case 'retry-failed':
        return own.failedRows().forEach((message, index) => {
          if (step.everyMs === undefined) own.retry(message);
          else time.after(index * step.everyMs, () => own.retry(message));
        });
      case 'delete-failed':
        return own.failedRows().slice(0, 1).forEach(own.remove);
      case 'delete-unsent': {
        const unsent = outbox();
        const item = unsent[step.which % Math.max(1, unsent.length)];
        return item === undefined ? undefined : own.remove(item);
      }
      default:
        faultsInjected += 1;
        return inject(step);
    }
  }

  function inject(step: Step): void {
    switch (step.do) {
      case 'rst':
        return network.reset();
      case 'cut-down':
        return network.dropDownstream();
      case 'half-open':
        return network.dropAll();
      case 'nudge':
        return world.program?.link.nudge();
      case 'stall':
        return network.stall(step.way, step.forMs);
      case 'refuse':
        network.reset();
        return network.refuse(step.forMs);
      case 'server-restart':
        server.restart();
        network.reset(step.code);
        return network.refuse(step.forMs);
      case 'hold-acks':
        return server.holdAcks(step.forMs);
      case 'repeat-acks':
        return server.repeatAcks(step.forMs);
      case 'repeat-pushes':
        return server.repeatPushes(step.forMs);
      case 'late-load':
        server.delayLoads(step.forMs);
        return void time.after(step.forMs + 10_000, () => server.delayLoads(0));
      case 'old-ack':
        return server.sayOldAck(step.which);
      case 'unknown-ack':
        // From a server not yet known to echo ids, such an ack can only be taken for the one in flight (safety R9).
        if (traits().matchedAcks >= 3) server.sayUnknownAck(step.which);
        return;
      case 'crash':
        return crash(step.forMs, step.runs);
      case 'store-dies':
        // A fourth time within a minute is no accident: then the program gives the store up, and says so (safety R18).
        if (storeDeaths === 3) return;
        storeDeaths += 1;
        return host.die(step.hasRun);
      case 'store-slow':
        return host.slowDown(step.forMs);
      case 'disk-full':
        return host.fillDisk(step.forMs);
      case 'sleep':
        return world.program?.sleep(step.forMs);
      case 'clock-jump':
        clockOffsetMs += step.forMs;
        return;
      default:
    }
  }

  start();
  for (const step of plan.steps) time.after(step.atMs, () => perform(step));
  await time.runUntil((plan.steps.at(-1)?.atMs ?? 0) + 1_000);

  const isDone = (): boolean =>
    nextWrite >= ops.length &&
    writes.length >= ops.length &&
    world.program?.link.state().phase === 'ready' &&
    outbox().length === 0;
  async function untilDone(): Promise<void> {
    const endMs = time.nowMs() + longestHealMs;
    while (!isDone() && time.nowMs() < endMs) {
      if (world.program?.link.state().phase === 'paused') world.program.link.retry();
      await time.runUntil(time.nowMs() + 2_000);
    }
  }
  network.heal();
  server.heal();
  host.heal();
  world.program?.wake();
  await untilDone();
  for (const message of own.failedRows()) if (opOf(message)?.isSpoilt !== true) own.retry(message);
  await time.runUntil(time.nowMs() + 2_000);
  await untilDone();
  // The last word is the server's: one more log-in, and all that catch-up brings.
  network.reset();
  await time.runUntil(time.nowMs() + 45_000);
  for (const message of own.failedRows()) opOf(message);
  own.settleDeletions();
  const history = tellHistory({
    writes,
    server,
    host,
    window: world.program?.window ?? new Map(),
    shownAsSent,
    faults,
    pending: outbox().length,
  });
  world.program?.crash();
  return { history, faultsInjected, hasCrashed: programSteps >= (options.crashAfter?.steps ?? Infinity) };
}
