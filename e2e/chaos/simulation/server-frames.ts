import type { ServerModel } from './models.ts';
import type { ServerRow } from './server.ts';

const startMs = Date.UTC(2024, 2, 10, 8);
/** This server stands four hours west of nowhere in particular, and does not say so. */
const localOffsetMs = -4 * 3_600_000;

/** MESSAGE_RECEIVED_OTHER as this make of server writes it. */
export function receivedFrame(model: ServerModel, row: ServerRow): string {
  return JSON.stringify({ type: 'MESSAGE_RECEIVED_OTHER', payload: rowPayload(model, row) });
}

/** MESSAGES_LOADED: the whole history, in this server's order. */
export function loadedFrame(model: ServerModel, rows: readonly ServerRow[]): string {
  const ordered = model.order === 'newest-first' ? rows.toReversed() : rows;
  return JSON.stringify({ type: 'MESSAGES_LOADED', payload: ordered.map((row) => rowPayload(model, row)) });
}

function rowPayload(model: ServerModel, { id, senderId, receiverId, content, atMs, status }: ServerRow): object {
  return { id, senderId, receiverId, content, timestamp: timestamp(model, startMs + atMs), status, type: 'text' };
}

function timestamp({ time }: ServerModel, atMs: number): string {
  switch (time) {
    case 'iso':
      return new Date(atMs).toISOString();
    case 'local':
      return new Date(atMs + localOffsetMs).toISOString().slice(0, 19).replace('T', ' ');
    case 'epoch':
      return String(Math.floor(atMs / 1_000));
  }
}
