import type { MessageId, UserId } from '../kernel/ids.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { encodeClientFrame } from './codec.ts';
import { fileEnvelope, imageEnvelope } from './client-frames.ts';
import type { FrameReject } from './frames.ts';
import { parseSpan, skipSpace, skipValue, walkObject, walkStrings } from './json-bytes.ts';
import { maxClientFrameBytes, maxUploadFieldBytes, maxUploadSlices } from './limits.ts';

/** A SEND_FILE or SEND_IMAGE whose content stays where it arrived. */
export type UploadFrame = {
  readonly kind: 'send-file' | 'send-image';
  readonly messageId: MessageId;
  readonly senderId: UserId;
  readonly receiverId: UserId;
  readonly name: string;
  /**
   * Hands over each slice in order, as the ASCII of its base64: for `createSliceDecoder`, which also checks it. A
   * slice is a view of the frame's bytes and good for the time of the call only.
   */
  readonly forEachSlice: (visit: (slice: Uint8Array) => void) => void;
};

/** A SEND_FILE or SEND_IMAGE but for its content. */
export type UploadEnvelope = Omit<UploadFrame, 'forEachSlice'>;

/**
 * The text of an upload is this start, its slices as base64 with {@link uploadSliceBreak} between one and the next, and
 * {@link uploadFrameEnd}: it is never one string.
 */
export function uploadFrameStart({ kind, messageId, senderId, receiverId, name }: UploadEnvelope): string {
  const frame = encodeClientFrame({ kind, messageId, senderId, receiverId, name, slices: [''] });
  return frame.slice(0, -uploadFrameEnd.length);
}
export const uploadSliceBreak = '","';
export const uploadFrameEnd = '"]}}';

const uploads = {
  SEND_FILE: { kind: 'send-file', contentKey: 'fileContent', envelope: fileEnvelope },
  SEND_IMAGE: { kind: 'send-image', contentKey: 'imageContent', envelope: imageEnvelope },
} as const;

const isUploadType = (type: unknown): type is keyof typeof uploads => type === 'SEND_FILE' || type === 'SEND_IMAGE';

/**
 * Whether the raw bytes of a text frame are a SEND_FILE or SEND_IMAGE by their `type`, wherever in the frame it is.
 * Says nothing about the rest. Cheap where `type` comes first, a walk over the bytes where it comes last.
 */
export function isUploadFrame(bytes: Uint8Array): boolean {
  let type: unknown;
  walkObject(bytes, skipSpace(bytes, 0), maxUploadFieldBytes, (key, at) => {
    const end = skipValue(bytes, at);
    if (key !== 'type' || end === -1) return end;
    type = parseSpan(bytes, { start: at, end }, maxUploadFieldBytes);
    return -1;
  });
  return isUploadType(type);
}

/**
 * Reads a SEND_FILE or SEND_IMAGE from the raw bytes of a text frame: a 100 MB file never becomes a string or an
 * array. Keys may come in any order, other keys are ignored. Takes what decodeClientFrame takes, but for repeated keys
 * and oversized other fields, which are refused.
 */
export function parseUploadFrame(bytes: Uint8Array): Result<UploadFrame, FrameReject> {
  if (bytes.length > maxClientFrameBytes) return err({ reason: 'too-large' });
  const frame = readFrame(bytes);
  if (frame === null) return err({ reason: 'not-a-frame' });
  if (!isUploadType(frame.type)) return err({ reason: 'unknown-type' });
  const reject = err<FrameReject>({ reason: 'invalid-payload', type: frame.type });
  const { kind, contentKey, envelope } = uploads[frame.type];
  const contentAt = frame.arrays.get(contentKey);
  const fields = envelope.safeParse(Object.fromEntries(frame.fields));
  if (contentAt === undefined || !fields.success) return reject;
  let count = 0;
  const end = walkStrings(bytes, contentAt, () => {
    count += 1;
    return count <= maxUploadSlices;
  });
  if (end === -1) return reject;
  return ok({
    kind,
    ...fields.data,
    forEachSlice: (visit) => {
      walkStrings(bytes, contentAt, ({ start, end }) => {
        visit(withoutEscapes(bytes.subarray(start, end)));
        return true;
      });
    },
  });
}

type RawFrame = {
  readonly type: unknown;
  /** The parsed fields of the payload, but for its two content arrays. */
  readonly fields: ReadonlyMap<string, unknown>;
  /** Where those arrays begin. */
  readonly arrays: ReadonlyMap<string, number>;
};

function readFrame(bytes: Uint8Array): RawFrame | null {
  let type: unknown;
  const fields = new Map<string, unknown>();
  const arrays = new Map<string, number>();

  const readSmall = (at: number, take: (value: unknown) => void): number => {
    const end = skipValue(bytes, at);
    if (end === -1) return -1;
    const value = parseSpan(bytes, { start: at, end }, maxUploadFieldBytes);
    if (value === undefined) return -1;
    take(value);
    return end;
  };
  const readPayloadField = (key: string, at: number): number => {
    if (key !== 'fileContent' && key !== 'imageContent') return readSmall(at, (value) => fields.set(key, value));
    arrays.set(key, at);
    return skipValue(bytes, at);
  };
  const end = walkObject(bytes, skipSpace(bytes, 0), maxUploadFieldBytes, (key, at) => {
    if (key === 'payload') return walkObject(bytes, at, maxUploadFieldBytes, readPayloadField);
    return readSmall(at, (value) => {
      if (key === 'type') type = value;
    });
  });
  return end === -1 || skipSpace(bytes, end) < bytes.length ? null : { type, fields, arrays };
}

const slash = 0x2f;
const backslash = 0x5c;

/** Some encoders write every `/` as `\/`: the one escape that base64 can meet. Others are left for the decoder to refuse. */
function withoutEscapes(slice: Uint8Array): Uint8Array {
  const first = slice.indexOf(backslash);
  if (first === -1) return slice;
  const text = slice.slice();
  let length = first;
  for (let index = first; index < slice.length; index += 1) {
    if (slice[index] === backslash && slice[index + 1] === slash) index += 1;
    text[length] = slice[index]!;
    length += 1;
  }
  return text.subarray(0, length);
}
