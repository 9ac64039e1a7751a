import type { z } from 'zod';
import { err, ok, type Result } from '../kernel/result.ts';
import { clientFrameSchemas, toClientWire } from './client-frames.ts';
import type { ClientFrame, FrameReject, ServerFrame, WireMessage } from './frames.ts';
import { isDeeperThan } from './json-depth.ts';
import { maxClientFrameBytes, maxFrameDepth, maxServerFrameBytes, maxTypeLength } from './limits.ts';
import { keepMessageRows, serverFrameSchemas, toServerWire } from './server-frames.ts';
import { cleanText, cutText } from './wire-text.ts';

/** The text of a frame that a client sends, exactly as protocol.md writes it. */
export function encodeClientFrame(frame: ClientFrame): string {
  return JSON.stringify(toClientWire(frame));
}

/** The text of a frame that a server sends, exactly as protocol.md writes it, its slips included. */
export function encodeServerFrame(frame: ServerFrame): string {
  return JSON.stringify(toServerWire(frame));
}

/** Reads a frame from a client. Never throws; what it returns is built afresh from the fields it knows. */
export function decodeClientFrame(text: string): Result<ClientFrame, FrameReject> {
  return decode(text, maxClientFrameBytes, clientFrameSchemas);
}

/**
 * Reads a frame from a server, in documented and in met forms (protocol reading, "Every message, and its slips").
 * Never throws; what it returns is built afresh from the fields it knows.
 */
export function decodeServerFrame(text: string): Result<ServerFrame, FrameReject> {
  return decode(text, maxServerFrameBytes, serverFrameSchemas);
}

/**
 * Reads some rows of a MESSAGES_LOADED that is too long to be read at once.
 * @param rows the rows as JSON, with the commas between them but without the brackets around them.
 */
export function decodeMessageRows(
  rows: string,
): Result<{ readonly messages: readonly WireMessage[]; readonly droppedRows: number }, FrameReject> {
  const values = parseJson(`[${rows}]`);
  if (!Array.isArray(values)) return err({ reason: 'not-json' });
  const result = keepMessageRows(values);
  if (result === null) return err({ reason: 'invalid-payload' });
  return ok({ messages: result.kept, droppedRows: result.dropped });
}

function decode<Frame>(
  text: string,
  maxBytes: number,
  schemas: ReadonlyMap<string, z.ZodType<Frame>>,
): Result<Frame, FrameReject> {
  // A UTF-16 unit is one byte of UTF-8 at least: the socket counts bytes, this catches what passed it by.
  if (text.length > maxBytes) return err({ reason: 'too-large' });
  if (isDeeperThan(text, maxFrameDepth)) return err({ reason: 'too-deep' });
  const value = parseJson(text);
  if (value === undefined) return err({ reason: 'not-json' });
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') {
    return err({ reason: 'not-a-frame' });
  }
  const type = cleanText(cutText(value.type, maxTypeLength));
  const schema = schemas.get(value.type);
  if (schema === undefined) return err({ reason: 'unknown-type', type });
  const result = schema.safeParse('payload' in value ? value.payload : undefined);
  return result.success ? ok(result.data) : err({ reason: 'invalid-payload', type });
}

/** The value of JSON `text`, or undefined where it is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
