import { appError, type AppErrorCode } from '../../src-shared/kernel/app-error.ts';
import type { ServerUrl } from '../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import { decodeServerFrame, encodeClientFrame } from '../../src-shared/protocol/codec.ts';
import type { Clock } from '../ports.ts';
import type { Dial } from './dialer.ts';
import { probeStepTimeoutMs } from './timings.ts';

/** No server gives out such a token. Every server that speaks the protocol must say LOGIN_FAILURE to it. */
const impossibleToken = 'kith-connection-test';

/** The last two steps of the probe, on the kind of socket that is used later. */
export type ProbeSocket = {
  /** The upgrade. Carries the address. */
  readonly opened: Promise<Result<string>>;
  /** Logs in with a token that nobody has: a server that refuses it speaks the protocol, and nothing has happened. */
  readonly askForProtocol: () => Promise<Result<string>>;
  readonly close: () => void;
};

/** Dials, with the dialer's own time limits. */
export function probeSocket(clock: Clock, dial: Dial, url: ServerUrl): ProbeSocket {
  let hasOpened = false;
  let settleOpened: (result: Result<string>) => void = () => {};
  let settleAnswer: (result: Result<string>) => void = () => {};
  const opened = new Promise<Result<string>>((resolve) => {
    settleOpened = resolve;
  });
  const answer = new Promise<Result<string>>((resolve) => {
    settleAnswer = resolve;
  });
  const socket = dial(url, {
    opened: () => {
      hasOpened = true;
      settleOpened(ok(url));
    },
    frame: (bytes) => {
      const frame = decodeServerFrame(Buffer.from(bytes).toString());
      const isAnswer = frame.ok && (frame.value.kind === 'log-in-failed' || frame.value.kind === 'logged-in');
      if (isAnswer) settleAnswer(ok(url));
    },
    binary: () => {},
    ponged: () => {},
    closed: ({ cause }) => {
      const code = hasOpened ? answerCause(cause) : upgradeCause(cause);
      settleOpened(err(appError(code)));
      settleAnswer(err(appError(code)));
    },
  });

  return {
    opened,
    askForProtocol: async () => {
      const cancelTimer = clock.setTimer(probeStepTimeoutMs, () => settleAnswer(err(appError('not-kith'))));
      await socket.write(encodeClientFrame({ kind: 'log-in-by-token', token: impossibleToken }));
      const result = await answer;
      cancelTimer();
      return result;
    },
    close: () => socket.close(1000),
  };
}

/** The port took a connection a moment ago: hanging up now is an answer to the upgrade. */
const upgradeCause = (cause: AppErrorCode): AppErrorCode =>
  cause === 'connection-refused' || cause === 'offline' ? 'not-websocket' : cause;

const answerCause = (cause: AppErrorCode): AppErrorCode => (cause === 'server-busy' ? cause : 'not-kith');
