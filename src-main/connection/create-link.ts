import { appError, type AppErrorCode } from '../../src-shared/kernel/app-error.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import type { InboundFrame } from './inbound-frame.ts';
import type { Cancel, Clock, Logger, Random } from '../ports.ts';
import { createRareLog } from '../rare-log.ts';
import { createBackoff } from './backoff.ts';
import { createConnection, type Connection } from './connection.ts';
import type { Dial } from './dialer.ts';
import { createKickWatch } from './kick-watch.ts';
import { readHere, type LargeFrames } from './frame-reader.ts';
import { laneOf } from './lane-table.ts';
import type { Closed, Link, LinkState, LinkTarget, UploadEnd, UploadRequest } from './link.ts';
import { createListeners } from './listeners.ts';
import { runUpload } from './run-upload.ts';
import { isLineFailure } from './socket-cause.ts';
import * as timings from './timings.ts';

export type LinkDeps = {
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly log: Logger;
  readonly dialer: Dial;
  /** Here, unless said otherwise. */
  readonly largeFrames?: LargeFrames;
};

/** A connection and its number. `held` is null before the log-in; then what is pushed while its reply is dealt with. */
type Epoch = {
  readonly number: number;
  readonly connection: Connection;
  held: InboundFrame[] | null;
  /** Was nudged while it was being dialed. */
  isHurried: boolean;
};

/**
 * The supervisor of one account's connection (safety §4.3). For every epoch that opened, `onClosed` is told exactly
 * once, and before the next epoch is dialed.
 */
export function createLink({ clock, random, log, dialer, largeFrames = readHere }: LinkDeps): Link {
  const states = createListeners<LinkState>('state', log);
  const pushes = createListeners<InboundFrame>('push', log);
  const closings = createListeners<Closed>('closed', log);
  const rareLog = createRareLog(log, clock);
  const backoff = createBackoff(random);
  const kicks = createKickWatch();
  const counts: Record<string, number> = {};
  let state: LinkState = { phase: 'idle' };
  let target: LinkTarget | null = null;
  let current: Epoch | null = null;
  let lastEpoch = 0;
  let worstRoundTripMs = 0;
  let maxFileBytes: number | null = null;
  let lastReadyEpoch = 0;
  /** The wait before the next attempt, or the watchdog of the present one. */
  let cancelTimer: Cancel = () => {};
  /** The socket that was left and is not closed yet. */
  let leaving: Promise<void> | null = null;

  function setState(next: LinkState): void {
    state = next;
    log('link.state', { phase: next.phase, cause: next.phase === 'waiting' ? next.cause : null });
    states.tell(next);
  }

  function dial(): void {
    cancelTimer();
    const goal = target;
    if (goal === null || current !== null) return;
    if (leaving !== null) return void dialAfter(leaving);
    lastEpoch += 1;
    const epoch: Epoch = { number: lastEpoch, connection: open(lastEpoch, goal), held: null, isHurried: false };
    current = epoch;
    // A dialer that never reports would otherwise end the link for good (safety F2).
    cancelTimer = clock.setTimer(timings.watchdogMs, () => lose(epoch, 'connection-silent'));
    setState({ phase: 'dialing', epoch: epoch.number });
  }

  async function dialAfter(left: Promise<void>): Promise<void> {
    await left;
    dial();
  }

  function open(number: number, goal: LinkTarget): Connection {
    let hasOpened = false;
    const mine = () => (current?.number === number ? current : null);
    return createConnection({ clock, dialer, largeFrames }, goal.serverUrl, {
      opened: (said) => {
        hasOpened = true;
        maxFileBytes = said;
        const epoch = mine();
        if (epoch === null) return;
        cancelTimer();
        void bringUp(epoch, goal);
      },
      loggedIn: () => {
        const epoch = mine();
        if (epoch !== null) epoch.held = [];
      },
      pushed: (frame) => {
        if (mine() === null) return;
        if (frame.kind === 'message-acknowledged') kicks.acknowledged();
        push(frame);
      },
      rejected: (reason) => {
        counts[reason] = (counts[reason] ?? 0) + 1;
        rareLog('link.frame-ignored', { reason });
      },
      roundTrip: (durationMs) => {
        // A longer one was an upload's, or our own sleep or pause: an idle line would have been given up by then.
        worstRoundTripMs = Math.max(worstRoundTripMs, Math.min(durationMs, timings.pongDeadlineMs));
      },
      failed: (cause, closeCode) => {
        const epoch = mine();
        if (epoch !== null) lose(epoch, cause, closeCode);
      },
      ended: ({ code, cause }) => {
        log('link.closed', { epoch: number, code, cause });
        const epoch = mine();
        const isServersDoing = epoch !== null && cause !== 'invalid-reply' && !isLineFailure(cause);
        if (hasOpened) closings.tell({ epoch: number, code, wasReady: lastReadyEpoch === number, isServersDoing });
        if (epoch === null) return;
        // One that is not even let in is refused by a server that is away.
        if (!hasOpened) kicks.forget();
        if (hasOpened && kicks.closed(clock.monotonicMs(), code)) pause();
        else lose(epoch, cause, code);
      },
    });
  }

  /** Logs in and catches up. Listeners and targets may stop or reset the link at every step. */
  async function bringUp(epoch: Epoch, goal: LinkTarget): Promise<void> {
    setState({ phase: 'authenticating', epoch: epoch.number });
    if (current !== epoch) return;
    const loggedIn = await guarded(() => goal.authenticate(requestToLogIn(epoch)));
    if (current !== epoch) return;
    if (!loggedIn.ok) {
      if (loggedIn.error.code === 'rejected') return refuse(loggedIn.error.serverText ?? '');
      return lose(epoch, loggedIn.error.code);
    }
    // Without the server's yes nothing more may be written, whatever the target says (safety F3).
    if (epoch.held === null) return lose(epoch, 'unexpected');
    backoff.loggedIn(clock.monotonicMs());
    setState({ phase: 'catching-up', epoch: epoch.number });
    const { held } = epoch;
    epoch.held = [];
    for (const frame of held) pushes.tell(frame);
    if (current !== epoch) return;
    const caughtUp = await guarded(goal.catchUp);
    if (current !== epoch) return;
    if (!caughtUp.ok) return lose(epoch, caughtUp.error.code);
    lastReadyEpoch = epoch.number;
    kicks.becameReady(clock.monotonicMs());
    setState({ phase: 'ready', epoch: epoch.number });
  }

  /** What a target does is not ours: should it throw, the connection is in doubt, not the link. */
  async function guarded(action: () => Promise<Result<void>>): Promise<Result<void>> {
    try {
      return await action();
    } catch (error) {
      log('link.target-threw', { error: error instanceof Error ? error.name : typeof error });
      return err(appError('unexpected'));
    }
  }

  /** Only frames of the auth lane are written before the log-in (safety F3), and none of them after it (safety A39). */
  function requestToLogIn(epoch: Epoch): Link['request'] {
    return async (frame) => {
      if (current !== epoch || state.phase !== 'authenticating') return err(appError('offline'));
      if (laneOf(frame) !== 'auth' || epoch.held !== null) return err(appError('invalid-request'));
      return epoch.connection.request(frame);
    };
  }

  /** Before the log-in nobody may tell us anything; while its reply is being dealt with, pushes wait for their account. */
  function push(frame: InboundFrame): void {
    if (state.phase === 'catching-up' || state.phase === 'ready') pushes.tell(frame);
    else if (current?.held) current.held.push(frame);
    else counts['before-log-in'] = (counts['before-log-in'] ?? 0) + 1;
  }

  /** Leaves the present socket, if there is one, and hears nothing of it any more but its end. */
  function leave(reason: AppErrorCode, closeCode?: number): void {
    cancelTimer();
    const epoch = current;
    if (epoch === null) return;
    current = null;
    leaving = forget(epoch.connection.leave(reason, closeCode));
  }

  /** At most one socket is left at a time: the next one is dialed only once this one is gone. */
  async function forget(left: Promise<void>): Promise<void> {
    await left;
    leaving = null;
  }

  /** `closeCode` is the one we got or, where the socket is still there, the one we give. */
  function lose(epoch: Epoch, cause: AppErrorCode, closeCode?: number): void {
    if (current !== epoch) return;
    // What else was asked for was not cancelled; and nothing speaks against coming back at once.
    const isOwnWish = cause === 'cancelled';
    leave(isOwnWish ? 'offline' : cause, closeCode);
    const isPolicy = closeCode !== undefined && closeCode >= 4000;
    const capMs = isPolicy ? timings.maxDelayAfterPolicyMs : timings.maxDelayMs;
    const delayMs = isOwnWish ? 0 : backoff.nextDelayMs(clock.monotonicMs(), capMs);
    cancelTimer = clock.setTimer(delayMs, dial);
    setState({ phase: 'waiting', nextAttemptAtMs: clock.nowMs() + delayMs, cause });
  }

  async function upload(request: UploadRequest): Promise<UploadEnd> {
    const epoch = current;
    if (epoch === null || state.phase !== 'ready') return 'not-begun';
    return runUpload(epoch.connection, request, { begun: kicks.sent, broken: (cause) => lose(epoch, cause) });
  }

  function pause(): void {
    leave('offline');
    backoff.reset();
    setState({ phase: 'paused' });
  }

  function nudge(): void {
    if (state.phase === 'paused') return;
    backoff.reset();
    const epoch = current;
    if (state.phase === 'waiting') dial();
    else if (state.phase !== 'dialing') epoch?.connection.nudge();
    else if (epoch !== null && !epoch.isHurried) {
      // It may have been begun before a sleep, to a network that is gone.
      epoch.isHurried = true;
      cancelTimer();
      cancelTimer = clock.setTimer(timings.nudgeDeadlineMs, () => lose(epoch, 'connection-silent'));
    }
  }

  function refuse(serverText: string): void {
    target = null;
    leave('offline', 1000);
    setState({ phase: 'refused', serverText });
  }

  return {
    state: () => state,
    onState: states.add,
    start: (next) => {
      target = null;
      leave('cancelled');
      if (state.phase !== 'idle') setState({ phase: 'idle' });
      target = next;
      worstRoundTripMs = 0;
      maxFileBytes = null;
      backoff.reset();
      kicks.forget();
      dial();
    },
    stop: async () => {
      target = null;
      leave('cancelled', 1000);
      if (state.phase !== 'idle') setState({ phase: 'idle' });
      await leaving;
    },
    nudge,
    retry: () => {
      if (state.phase === 'paused') dial();
      else nudge();
    },
    reset: (cause) => {
      if (current !== null) lose(current, cause);
    },
    request: async (frame) => {
      if (current === null || (state.phase !== 'catching-up' && state.phase !== 'ready'))
        return err(appError('offline'));
      if (laneOf(frame) === 'auth') return err(appError('invalid-request'));
      return current.connection.request(frame);
    },
    send: async (frame) => {
      const epoch = current;
      if (epoch === null || state.phase !== 'ready') return err(appError('offline'));
      if (frame.kind === 'send-message') kicks.sent();
      const isWritten = await epoch.connection.write(frame);
      return isWritten ? ok({ epoch: epoch.number }) : err(appError('offline'));
    },
    upload,
    maxFileBytes: () => maxFileBytes,
    setHeld: (isHeld) => current?.connection.setHeld(isHeld),
    onPush: pushes.add,
    onClosed: closings.add,
    worstRoundTripMs: () => worstRoundTripMs,
    heldUpAtMs: () => current?.connection.heldUpAtMs() ?? -Infinity,
    counters: () => ({ ...counts }),
  };
}
