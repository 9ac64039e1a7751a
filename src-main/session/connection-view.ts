import type { ConnectionView } from '../../src-shared/ipc/views.ts';
import type { LinkState } from '../connection/link.ts';

export const idleConnection: ConnectionView = { phase: 'idle', nextAttemptAtMs: null, cause: null };

/** The link's state in the window's words. */
export function connectionView(state: LinkState): ConnectionView {
  switch (state.phase) {
    case 'idle':
    case 'refused':
      return idleConnection;
    case 'dialing':
    case 'authenticating':
    case 'catching-up':
      return { phase: 'connecting', nextAttemptAtMs: null, cause: null };
    case 'ready':
      return { phase: 'connected', nextAttemptAtMs: null, cause: null };
    case 'paused':
      return { phase: 'paused', nextAttemptAtMs: null, cause: null };
    case 'waiting':
      return { phase: 'offline', nextAttemptAtMs: state.nextAttemptAtMs, cause: state.cause };
  }
}
