import { z } from 'zod';
import { maxServerTextLength } from '../domain/limits.ts';
import { maxWireInt, type MessageId, type UserId } from '../kernel/ids.ts';
import { maxAvatarLength, maxTokenLength, maxWireNameLength } from './limits.ts';
import { parseTimestamp } from './timestamp.ts';
import { cleanText, cutText } from './wire-text.ts';

/** The fields that frames are made of: from what a peer wrote to what this program holds. */

/** Any value, or a missing key: a plain `unknown` field would have to be there. */
export const anything = z.unknown().optional();

const canonicalInt = /^(?:0|[1-9]\d{0,9})$/;

/** `int` in min…2^31−1: a JSON integer, or its decimal digits as a string (protocol reading, "Frames"). */
function wireInt<T extends number>(min: number): z.ZodType<T> {
  return z.unknown().transform((value, context) => {
    const number = typeof value === 'string' && canonicalInt.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= maxWireInt) {
      // Adding 0 turns −0 into 0.
      return (number + 0) as T;
    }
    context.addIssue('not an id');
    return z.NEVER;
  });
}

export const wireUserId: z.ZodType<UserId> = wireInt<UserId>(1);
export const wireMessageId: z.ZodType<MessageId> = wireInt<MessageId>(0);

export const wireText = z.string().transform(cleanText);
export const wireName = z.string().transform((name) => cleanText(cutText(name, maxWireNameLength)));
export const wireToken = z
  .string()
  // Not zod's own length checks: they run on what is no string too, and `{"length":{"toString":1}}` makes them throw.
  .refine((token) => token !== '' && token.length <= maxTokenLength)
  .transform(cleanText);

/** An array of anything, of at most `maxLength` elements. A check of our own for the same reason. */
export const wireRows = (maxLength: number) => z.array(z.unknown()).refine((rows) => rows.length <= maxLength);

/** A display field: whatever is missing or no string reads as `""`. */
const lenient = (read: (text: string) => string) =>
  anything.transform((value) => (typeof value === 'string' ? read(value) : ''));

export const optionalName = lenient((name) => cleanText(cutText(name, maxWireNameLength)));
export const optionalAvatar = lenient((avatar) => (avatar.length > maxAvatarLength ? '' : cleanText(avatar)));

/** Presence: anything that does not say yes is no. */
export const wireOnline = anything.transform((value) => value === true || value === 1 || value === 'true');

/** Milliseconds since 1970 UTC, or null where it cannot be read. */
export const wireTimestamp = anything.transform((value) => parseTimestamp(value));

/** `content`: a string, or an array or object, which become their JSON for attachment-content.ts to read. */
export const wireContent = z.unknown().transform((value, context) => {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  context.addIssue('no content');
  return z.NEVER;
});

const errorText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number'
    ? cutText(cleanText(String(value)).trim(), maxServerTextLength).trim()
    : '';

/** The server's words, trimmed (safety T36); `""` where it gave none. */
export const optionalError = anything.transform(errorText);

/** An `error` that says that the request failed: present, and neither null, false nor blank. */
export const presentError = anything.transform((value, context) => {
  const isBlank = typeof value === 'string' && value.trim() === '';
  if (value === undefined || value === null || value === false || isBlank) {
    context.addIssue('no error');
    return z.NEVER;
  }
  return errorText(value);
});
