import type { ConnectionView, SessionView } from '../../../src-shared/ipc/views.ts';

/** The one word under the person's own name. An expired session has no line, whatever the socket does. */
export function connectionWord(
  connection: ConnectionView,
  session: SessionView,
): 'connected' | 'connecting' | 'offline' {
  if (session.phase === 'expired') return 'offline';
  if (connection.phase === 'connected' || connection.phase === 'connecting') return connection.phase;
  return 'offline';
}
