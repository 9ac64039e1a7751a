import { userId } from '../../../src-shared/kernel/ids.ts';
import type { Random } from '../../../src-shared/protocol/random.ts';
import type { ChildPort } from '../../../src-main/ports.ts';
import { createAsideWork, type AsideWork } from '../../../src-main/store/aside-work.ts';
import { createOperations } from '../../../src-main/store/create-operations.ts';
import { openStore } from '../../../src-main/store/open-store.ts';
import { failureKindOf } from '../../../src-main/store/store-damage.ts';
import {
  asideOperations,
  type OperationName,
  type StoreReply,
  type StoreRequest,
} from '../../../src-main/store/store-protocol.ts';
import { me } from './server.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The real store on a real database, in a process that can die. What it has committed stays, whoever dies. */
export type StoreHost = {
  /** Starts the process for one run of the program. `enter` runs what arrives inside that program. */
  readonly forkFor: (enter: (arrival: () => void) => void, onCommit: (name: OperationName) => void) => () => ChildPort;
  /** The process ends over what it is doing, which is done or not. */
  readonly die: (hasRun: boolean) => void;
  /** The program is gone: of what it asked for, so much is still done. */
  readonly abandon: (runs: number) => void;
  readonly fillDisk: (forMs: number) => void;
  readonly slowDown: (forMs: number) => void;
  readonly heal: () => void;
  /** Asks past everything, to look. */
  readonly look: (name: OperationName, input: unknown) => unknown;
};

type Process = {
  readonly waiting: StoreRequest[];
  /** What it does between two requests; gone with it, wherever it was. */
  readonly aside: AsideWork;
  isAlive: boolean;
  readonly finish: (request: StoreRequest) => void;
  readonly exit: () => void;
};

const readers: readonly OperationName[] = [
  'open',
  'close',
  'getOverview',
  'getPage',
  'getMessage',
  'getOutbox',
  'getUnconfirmedReads',
  'getTraits',
  'getLastPosition',
  'getUnsent',
];

export function createStoreHost(time: VirtualTime, random: Random): StoreHost {
  const { context } = openStore({ path: null, key: null, self: userId(me) }, 0);
  const operations = createOperations(context);
  let current: Process | null = null;
  let fullUntilMs = -1;
  let slowUntilMs = -1;

  const durationMs = (): number => {
    if (time.nowMs() < slowUntilMs) return 20 + random.below(400);
    return random.oneIn(3) ? random.below(4) : 0;
  };

  const failed = (id: number, error: unknown): StoreReply => ({
    id,
    ok: false,
    error: { code: failureKindOf(error), detail: error instanceof Error ? error.message : 'unknown' },
  });

  /** The one file outlives its processes, so opening it finds it as it was left. Null: the answer comes later. */
  function run(request: StoreRequest, aside: AsideWork): StoreReply | null {
    const { id, name, input } = request;
    if (name === 'open') return { id, ok: true, value: { outcome: 'opened', keptAs: null } };
    if (name === 'close') return { id, ok: true, value: undefined };
    if (time.nowMs() < fullUntilMs && !readers.includes(name))
      return { id, ok: false, error: { code: 'disk-full', detail: 'SQLITE_FULL' } };
    try {
      if (!asideOperations.includes(name)) return { id, ok: true, value: ask(name, input) };
      aside.begin(request, context);
      return null;
    } catch (error) {
      return failed(id, error);
    }
  }
  const ask = (name: OperationName, input: unknown): unknown =>
    (operations[name as keyof typeof operations] as (input: unknown) => unknown)(input);

  const forkFor: StoreHost['forkFor'] = (enter, onCommit) => () => {
    let onMessage: (message: unknown) => void = () => {};
    let onExit: (code: number | null) => void = () => {};

    function work(): void {
      time.after(durationMs(), () => {
        const request = process.waiting[0];
        if (!process.isAlive || request === undefined) return;
        process.finish(request);
        process.waiting.shift();
        if (process.waiting.length > 0) work();
      });
    }
    let spentMs = 0;
    let isTurning = false;
    /** Aside, it gets a step or a few done between two requests. */
    function turn(): void {
      if (isTurning) return;
      isTurning = true;
      time.after(durationMs(), () => {
        isTurning = false;
        if (!process.isAlive || !process.aside.isBusy()) return;
        const { ended, progress } = process.aside.turn();
        onCommit('mergeHistory');
        for (const told of progress) enter(() => onMessage(told));
        if (ended !== null) {
          const { id } = ended;
          enter(() => onMessage('error' in ended ? failed(id, ended.error) : { id, ok: true, value: ended.value }));
        }
        turn();
      });
    }
    const process: Process = {
      waiting: [],
      aside: createAsideWork(() => (spentMs += random.below(4))),
      isAlive: true,
      finish: (request) => {
        const reply = run(request, process.aside);
        if (reply === null) return turn();
        onCommit(request.name);
        enter(() => onMessage(reply));
      },
      exit: () => {
        if (!process.isAlive) return;
        process.isAlive = false;
        process.waiting.length = 0;
        process.aside.clear();
        time.after(1, () => enter(() => onExit(null)));
      },
    };
    current = process;
    return {
      send: (message) => {
        if (!process.isAlive) return;
        process.waiting.push(message as StoreRequest);
        if (process.waiting.length === 1) work();
      },
      onMessage: (listener) => void (onMessage = listener),
      onExit: (listener) => void (onExit = listener),
      kill: process.exit,
    };
  };

  return {
    forkFor,
    die: (hasRun) => {
      const [request] = current?.waiting ?? [];
      if (hasRun && request !== undefined && current !== null) run(request, current.aside);
      current?.exit();
    },
    abandon: (runs) => {
      const left = current;
      if (left !== null) for (const request of left.waiting.slice(0, runs)) run(request, left.aside);
      current?.exit();
      current = null;
    },
    fillDisk: (forMs) => (fullUntilMs = time.nowMs() + forMs),
    slowDown: (forMs) => (slowUntilMs = time.nowMs() + forMs),
    heal: () => {
      fullUntilMs = slowUntilMs = -1;
    },
    look: ask,
  };
}
