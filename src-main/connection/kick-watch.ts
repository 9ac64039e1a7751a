import { kicksToPause, kickWindowMs, maxReadyBeforeKickMs } from './timings.ts';

/**
 * Close codes that may mean "you are somewhere else now": a friendly end, none at all, policy, or a server's own.
 * The others name another reason, and 1006 is the network's.
 */
const isKickCode = (code: number): boolean => code === 1000 || code === 1005 || code === 1008 || code >= 4000;

export type KickWatch = {
  readonly becameReady: (nowMs: number) => void;
  /** A message went out, or one was acknowledged. */
  readonly sent: () => void;
  readonly acknowledged: () => void;
  /**
   * The other side closed the connection.
   * @returns whether it is time to stop coming back.
   */
  readonly closed: (nowMs: number, code: number) => boolean;
  /** Nobody was there, or the connection ended for another reason: not what a server does that likes us elsewhere. */
  readonly forget: () => void;
};

/**
 * Recognises a server that keeps one connection for each account, while another program uses the same account: both
 * would throw each other out for ever (safety R35). A kick is a connection that was ready, had no answer to a message
 * outstanding, and was closed soon by the server, with a code that fits; three of them within two minutes are no
 * accident. A server that restarts, and one that falls over a message, are told apart by the code, by the refused
 * attempt in between, and by the message that is under way.
 */
export function createKickWatch(): KickWatch {
  let readySinceMs: number | null = null;
  let unanswered = 0;
  let kicksAtMs: number[] = [];
  return {
    becameReady: (nowMs) => {
      readySinceMs = nowMs;
      unanswered = 0;
    },
    sent: () => {
      unanswered += 1;
    },
    acknowledged: () => {
      unanswered = Math.max(0, unanswered - 1);
    },
    closed: (nowMs, code) => {
      const wasShort = readySinceMs !== null && nowMs - readySinceMs < maxReadyBeforeKickMs;
      readySinceMs = null;
      if (!wasShort || unanswered > 0 || !isKickCode(code)) return false;
      kicksAtMs = [...kicksAtMs.filter((atMs) => nowMs - atMs < kickWindowMs), nowMs];
      if (kicksAtMs.length < kicksToPause) return false;
      kicksAtMs = [];
      return true;
    },
    forget: () => {
      kicksAtMs = [];
    },
  };
}
