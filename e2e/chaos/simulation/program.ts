import { ok } from '../../../src-shared/kernel/result.ts';
import { serverUrl, userId } from '../../../src-shared/kernel/ids.ts';
import type { AccountView, MessageView } from '../../../src-shared/ipc/views.ts';
import type { Random as SeededRandom } from '../../../src-shared/protocol/random.ts';
import { createLink } from '../../../src-main/connection/create-link.ts';
import type { Dial } from '../../../src-main/connection/dialer.ts';
import type { Link } from '../../../src-main/connection/link.ts';
import { createEventOutlet, type Emit } from '../../../src-main/event-outlet.ts';
import type { BlobStore } from '../../../src-main/files/blob-store.ts';
import type { Clock, Random, Store } from '../../../src-main/ports.ts';
import { createAccountScope } from '../../../src-main/session/account-scope.ts';
import type { AccountScope } from '../../../src-main/session/account-scope-types.ts';
import { noNetwork } from '../../../src-main/testing/no-network.ts';
import type { OperationName } from '../../../src-main/store/store-protocol.ts';
import { createStoreClient } from '../../../src-main/store/store-client.ts';
import type { Network } from './network.ts';
import { peers } from './schedule.ts';
import { me } from './server.ts';
import type { StoreHost } from './store-host.ts';
import type { VirtualTime } from './virtual-time.ts';

const account: AccountView = {
  serverUrl: serverUrl('ws://simulated'),
  userId: userId(me),
  username: 'me',
  email: '',
  avatar: '',
};

/** Wrong clients for the oracles: each puts a flaw between the core and one of its ports. */
export type Flaw = {
  readonly store?: (store: Store) => Store;
  readonly link?: (link: Link) => Link;
  readonly clock?: (clock: Clock) => Clock;
  readonly dial?: (dial: Dial) => Dial;
};

/** One run of the program, from its start to its crash: our own core, with a simulated world at its ports. */
/** What the clock on the wall says as a run begins. */
export const beganAtMs = 1_700_000_000_000;

export type Program = {
  /** Null until the account is open, and while the computer sleeps. */
  readonly scope: () => AccountScope | null;
  readonly link: Link;
  /** What a window that only hears the events believes, by row. */
  readonly window: ReadonlyMap<number, MessageView>;
  /** Everything in memory is gone, in the middle of whatever it was. */
  readonly crash: () => void;
  /** The computer sleeps: nothing runs, and what arrives is dealt with on waking. */
  readonly sleep: (forMs: number) => void;
  readonly wake: () => void;
};

export type ProgramDeps = {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly host: StoreHost;
  /** The files of the account, which outlive the program. */
  readonly blobs: BlobStore;
  readonly network: Network;
  readonly clockOffsetMs: () => number;
  readonly flaw: Flaw;
  readonly onShown: (message: MessageView) => void;
  readonly onFault: (what: string) => void;
  readonly tell: (what: string) => void;
  /** Each thing that the world can see of the program: a commit, a frame. A crash may follow. */
  readonly onStep: (what: OperationName | 'frame-out' | 'frame-in') => void;
};

export function startProgram(deps: ProgramDeps): Program {
  const { time, host, flaw } = deps;
  let isDead = false;
  /** What arrived since the computer fell asleep, in order; null while it is awake. */
  let held: (() => void)[] | null = null;
  let scope: AccountScope | null = null;
  const window = new Map<number, MessageView>();

  function enter(work: () => void): void {
    if (isDead) return;
    if (held === null) work();
    else held.push(work);
  }
  function wake(): void {
    const next = held?.shift();
    if (next === undefined || isDead) held = null;
    else {
      next();
      time.after(0, wake);
    }
  }

  const clock: Clock = {
    nowMs: () => beganAtMs + time.nowMs() + deps.clockOffsetMs(),
    monotonicMs: time.nowMs,
    setTimer: (delayMs, callback) => {
      let isCancelled = false;
      const cancel = time.after(delayMs, () => enter(() => isCancelled || callback()));
      return () => {
        isCancelled = true;
        cancel();
      };
    },
  };
  const random: Random = {
    fraction: () => deps.random.below(2 ** 30) / 2 ** 30,
    wireInt: () => 1 + deps.random.below(2 ** 31 - 1),
    bytes: (count) => new Uint8Array(count),
    uuid: () => '00000000-0000-4000-8000-000000000000',
  };
  const log = (event: string, facts: Readonly<Record<string, unknown>> = {}): void => {
    deps.tell(`       log ${event} ${JSON.stringify(facts)}`);
    // A store that is away or full is part of the run; nothing else may fail.
    const isBroken = event === 'store-refused' && facts['code'] === 'failed';
    if (isBroken || (facts['error'] !== undefined && facts['error'] !== 'StoreFailure'))
      deps.onFault(`${event}: ${String(facts['error'] ?? facts['operation'])}`);
  };

  function reloadWindow(peerId: number): void {
    for (const message of window.values()) if (message.peerId === peerId) window.delete(message.rowId);
    for (const message of pageOf(host, peerId)) show(message);
  }
  function show(message: MessageView): void {
    deps.tell(
      `       shown ${message.messageId} to ${message.peerId} "${message.text}" ${message.state} ${message.failure ?? ''}`,
    );
    window.set(message.rowId, message);
    deps.onShown(message);
  }
  const emit: Emit = (channel, event) => {
    if (isDead) return;
    if (channel === 'messages:upserted') for (const message of event as readonly MessageView[]) show(message);
    if (channel === 'messages:removed')
      for (const one of event as readonly { rowId: number }[]) window.delete(one.rowId);
    if (channel === 'messages:reordered') reloadWindow((event as { peerId: number }).peerId);
  };

  const dial = deps.network.dialFor(
    (arrival) =>
      enter(() => {
        arrival();
        deps.onStep('frame-in');
      }),
    () => !isDead && deps.onStep('frame-out'),
  );
  const coreClock = flaw.clock?.(clock) ?? clock;
  const wholeStore = createStoreClient({
    fork: host.forkFor(enter, (name) => {
      if (isDead) return;
      deps.tell(`    store ${name}`);
      deps.onStep(name);
    }),
    clock,
    log,
  });
  const store = flaw.store?.(wholeStore) ?? wholeStore;
  const realLink = createLink({ clock, random, log, dialer: flaw.dial?.(dial) ?? dial });
  const link = flaw.link?.(realLink) ?? realLink;

  async function open(): Promise<void> {
    await store.open({ path: null, key: null, self: userId(me) });
    const opened = await createAccountScope(account, link, {
      store,
      blobs: deps.blobs,
      httpGet: noNetwork,
      token: () => null,
      clock: coreClock,
      random,
      log,
      outlet: createEventOutlet(clock, emit),
      isFocused: () => true,
      onStoreFailed: () => {},
      onSetAside: () => deps.onFault('the history was set aside'),
    });
    scope = opened;
    for (const peer of peers) reloadWindow(peer);
    link.start({
      serverUrl: account.serverUrl,
      authenticate: async (request) => {
        const reply = await request({ kind: 'log-in-by-token', token: 'token' });
        return reply.ok ? ok(undefined) : reply;
      },
      catchUp: opened.catchUp,
    });
  }
  // With a full disk or a store that dies, the program says so and is started again.
  const tryOpen = (): void =>
    void open().catch(() => {
      if (!isDead) clock.setTimer(1_000, tryOpen);
    });
  tryOpen();

  return {
    scope: () => (isDead || held !== null ? null : scope),
    link,
    window,
    crash: () => {
      isDead = true;
      deps.network.abandon();
    },
    sleep: (forMs) => {
      held ??= [];
      time.after(forMs, wake);
    },
    wake,
  };
}

/** What a conversation shows when it is opened, asked past the program. */
export function pageOf(host: StoreHost, peerId: number): readonly MessageView[] {
  const page = host.look('getPage', { peerId, anchor: { kind: 'newest' }, limit: 200 });
  return (page as { messages: readonly MessageView[] }).messages;
}
