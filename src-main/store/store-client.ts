import type { UserId } from '../../src-shared/kernel/ids.ts';
import {
  StoreFailure,
  type Cancel,
  type ChildPort,
  type Clock,
  type ForkChild,
  type HistoryProgress,
  type Logger,
  type Store,
} from '../ports.ts';
import type { OpenInput, OpenReport } from './operations.ts';
import {
  asideOperations,
  operationNames,
  parseStoreProgress,
  parseStoreReply,
  type OperationName,
  type StoreProgress,
  type StoreReply,
} from './store-protocol.ts';

/** Longer than any operation but the one below takes on a slow disk; then the process hangs (safety R18). */
const hangAfterMs = 10_000;
/** Opening may check a large file. */
const openHangAfterMs = 60_000;
/** What one message to the process may hold: more of it at once would keep main from everything else. */
const sliceBytes = 2 * 2 ** 20;
/** More deaths than this in a minute are no accident (safety R18). */
const maxRestarts = 3;
const restartWindowMs = 60_000;
/** How often a request is asked that the process died over. Opening is asked twice more: the second death tells that it is the file, and what is saved of the file may be a third. */
const maxTries = 2;
const maxOpenTries = 4;
const maxCloseMs = 5_000;
/** A store that was given up is tried again so much later: what kept it from opening may be gone, like a full disk. */
const reviveAfterMs = 30_000;

type Pending = {
  readonly name: OperationName;
  readonly input: unknown;
  tries: number;
  readonly settle: (reply: StoreReply) => void;
  readonly fail: (failure: StoreFailure) => void;
};

/**
 * The store as main sees it. Requests go to the process at once and are answered in order, but for those that go on
 * aside. When it dies or hangs it is started anew, the database opened again and what was not answered asked again:
 * every operation is idempotent.
 */
export function createStoreClient({ fork, clock, log }: { fork: ForkChild; clock: Clock; log: Logger }): Store {
  const pending = new Map<number, Pending>();
  /** What the process does aside, while it answers the others in order. */
  const aside = new Map<number, Pending>();
  const progressListeners = new Set<(progress: HistoryProgress) => void>();
  const listeners = new Set<(report: OpenReport) => void>();
  const deaths: number[] = [];
  let child: ChildPort | null = null;
  let lastOpen: OpenInput | null = null;
  let isBroken = false;
  let isDisposed = false;
  let lastId = 0;
  let cancelHang: Cancel = () => {};
  let cancelRevival: Cancel = () => {};
  let onGone: (() => void) | null = null;

  function watch(): void {
    cancelHang();
    const [head] = [...pending.values(), ...aside.values()];
    const watched = child;
    if (head === undefined || watched === null) return;
    cancelHang = clock.setTimer(head.name === 'open' ? openHangAfterMs : hangAfterMs, () => {
      log('store-hangs', { operation: head.name });
      watched.kill();
    });
  }

  function rejectAll(message: string): void {
    const waiting = [...pending.values(), ...aside.values()];
    pending.clear();
    aside.clear();
    cancelHang();
    for (const request of waiting) request.fail(new StoreFailure('store-unavailable', message));
  }

  /** Whatever is asked fails at once, until it could be opened. */
  function giveUp(message: string): void {
    isBroken = true;
    rejectAll(message);
    cancelRevival();
    cancelRevival = clock.setTimer(reviveAfterMs, () => {
      if (lastOpen === null) return;
      if (child === null) start();
      reopen(lastOpen);
    });
  }

  function post(id: number, { name, input }: Pending): void {
    if (name === 'decodeFrame') postSlices(id, (input as { readonly bytes: Uint8Array }).bytes, 0);
    else child?.send({ id, name, input });
  }

  /** A large frame goes over piece by piece. */
  function postSlices(id: number, bytes: Uint8Array, start: number): void {
    if (!aside.has(id)) return;
    // A copy: a view would take everything along that it is a view of.
    if (start < bytes.length) {
      const slice = new Uint8Array(bytes.subarray(start, start + sliceBytes));
      child?.send({ id, slice, totalBytes: bytes.length });
    }
    if (start + sliceBytes < bytes.length) clock.setTimer(0, () => postSlices(id, bytes, start + sliceBytes));
    else child?.send({ id, name: 'decodeFrame', input: {} });
  }

  function start(): void {
    const started = fork('store');
    child = started;
    started.onMessage((message) => {
      if (child === started) take(message);
    });
    started.onExit((code) => {
      if (child === started) takeExit(code);
    });
  }

  function take(message: unknown): void {
    const progress = parseStoreProgress(message);
    if (progress !== null) return takeProgress(progress);
    const reply = parseStoreReply(message);
    if (reply === null) return;
    const request = pending.get(reply.id) ?? aside.get(reply.id);
    if (request === undefined) return;
    const mayTryAgain = aside.has(reply.id) || request.tries < triesFor(request);
    if (!reply.ok && reply.error.code === 'damaged' && mayTryAgain) {
      // The file is set aside when the next process opens it; the request is asked again there.
      log('store-damaged', { operation: request.name });
      child?.kill();
      return;
    }
    pending.delete(reply.id);
    aside.delete(reply.id);
    watch();
    request.settle(reply);
  }

  /** A sign of life, too. */
  function takeProgress({ id, progress }: StoreProgress): void {
    const request = aside.get(id);
    if (request === undefined) return;
    watch();
    if (request.name !== 'mergeHistory' || progress === null) return;
    const { peerId } = request.input as { readonly peerId: UserId };
    for (const listener of progressListeners) listener({ peerId, ...progress });
  }

  /** What it was about may have gone with the process: whoever asked asks anew, from the beginning. */
  function giveUpAside(): void {
    const lost = [...aside.values()];
    aside.clear();
    for (const request of lost)
      request.fail(new StoreFailure('store-unavailable', `the store ended during ${request.name}`));
  }

  function takeExit(code: number | null): void {
    child = null;
    cancelHang();
    log('store-ended', { code, isExpected: isDisposed });
    if (isDisposed) {
      rejectAll('the store is closed');
      onGone?.();
      return;
    }
    const nowMs = clock.monotonicMs();
    while (deaths[0] !== undefined && nowMs - deaths[0] > restartWindowMs) deaths.shift();
    deaths.push(nowMs);
    if (deaths.length > maxRestarts) {
      giveUp('the store ended too often');
      return;
    }
    giveUpHead();
    giveUpAside();
    start();
    if (lastOpen !== null && !startsWithOpen()) reopen(lastOpen);
    else if (pending.size > 0) resend();
  }

  /** Only the first request can be what the process died over: it had not begun the others. */
  function giveUpHead(): void {
    const [first] = pending;
    if (first === undefined) return;
    const [id, request] = first;
    if (request.tries < triesFor(request)) return;
    pending.delete(id);
    request.fail(new StoreFailure('store-unavailable', `the store ended over ${request.name}`));
  }

  const startsWithOpen = (): boolean => [...pending.values()][0]?.name === 'open';

  function resend(): void {
    for (const [index, [id, request]] of [...pending].entries()) {
      if (index === 0) request.tries += 1;
      post(id, request);
    }
    watch();
  }

  function reopen(input: OpenInput): void {
    const waiting = [...pending];
    pending.clear();
    const id = (lastId += 1);
    pending.set(id, {
      name: 'open',
      input,
      tries: 0,
      settle: (reply) => {
        if (!reply.ok) {
          giveUp('the store could not be opened again');
          return;
        }
        isBroken = false;
        const report = reply.value as OpenReport;
        log('store-restarted', { outcome: report.outcome });
        for (const listener of listeners) listener(report);
      },
      fail: () => {},
    });
    for (const [waitingId, request] of waiting) pending.set(waitingId, request);
    const head = waiting[0]?.[1];
    if (head !== undefined) head.tries += 1;
    resend();
  }

  function ask(name: OperationName, input: unknown): Promise<unknown> {
    if (isDisposed) return Promise.reject(new StoreFailure('store-unavailable', 'the store is closed'));
    if (name === 'open' || name === 'close') cancelRevival();
    if (name === 'open') {
      isBroken = false;
      deaths.length = 0;
      lastOpen = input as OpenInput;
    }
    if (name === 'close') lastOpen = null;
    if (isBroken) return Promise.reject(new StoreFailure('store-unavailable', 'the store ended too often'));
    return new Promise((resolve, reject) => {
      const id = (lastId += 1);
      const request: Pending = {
        name,
        input,
        tries: 1,
        settle: (reply) => {
          if (reply.ok) resolve(reply.value);
          else reject(failureOf(name, reply.error));
        },
        fail: reject,
      };
      (asideOperations.includes(name) ? aside : pending).set(id, request);
      if (child === null) start();
      post(id, request);
      if (pending.size + aside.size === 1) watch();
    });
  }

  function failureOf(name: OperationName, error: { code: string; detail: string }): StoreFailure {
    log('store-refused', { operation: name, code: error.code, detail: error.detail });
    const code = error.code === 'disk-full' ? 'disk-full' : 'store-unavailable';
    return new StoreFailure(code, `${name}: ${error.detail}`);
  }

  async function dispose(): Promise<void> {
    if (isDisposed) return;
    const closing = child === null ? Promise.resolve() : ask('close', {}).catch(() => {});
    isDisposed = true;
    cancelRevival();
    const ended = child === null ? Promise.resolve() : new Promise<void>((resolve) => (onGone = resolve));
    let cancel: Cancel = () => {};
    const late = new Promise<void>((resolve) => (cancel = clock.setTimer(maxCloseMs, resolve)));
    await Promise.race([closing, late]);
    cancel();
    child?.kill();
    await ended;
  }

  const calls = Object.fromEntries(operationNames.map((name) => [name, (input: unknown) => ask(name, input)]));
  return {
    ...(calls as Omit<Store, 'onRestarted' | 'onHistoryProgress' | 'dispose'>),
    onHistoryProgress: (listener) => {
      progressListeners.add(listener);
      return () => void progressListeners.delete(listener);
    },
    onRestarted: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    dispose,
  };
}

const triesFor = (request: Pending): number => (request.name === 'open' ? maxOpenTries : maxTries);
