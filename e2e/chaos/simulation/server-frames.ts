import { createHash } from 'node:crypto';
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

function rowPayload(model: ServerModel, row: ServerRow): object {
  const { id, senderId, receiverId, atMs, status, file } = row;
  const type = file === null ? 'text' : 'file';
  const content = file === null ? row.text : fileContent(model, row, file);
  return { id, senderId, receiverId, content, timestamp: timestamp(model, startMs + atMs), status, type };
}

function fileContent({ files }: ServerModel, { sentAs, text: name }: ServerRow, slices: readonly string[]): string {
  const url = `/files/${sentAs}/${encodeURIComponent(name)}`;
  switch (files) {
    case 'descriptor': {
      const bytes = Buffer.concat(slices.map((slice) => Buffer.from(slice, 'base64')));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return JSON.stringify({ name, size: bytes.length, mime: 'application/octet-stream', sha256, url });
    }
    case 'path':
      return url;
    case 'data-url':
      return `data:application/octet-stream;name=${encodeURIComponent(name)};base64,${slices.join('')}`;
    case 'slices':
      return JSON.stringify(slices);
    case 'name':
      return name;
  }
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
