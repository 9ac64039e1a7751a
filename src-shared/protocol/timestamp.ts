/** The last millisecond of year 9999, so that every time we keep has an ISO form with four digits of year. */
const maxTimestampMs = 253_402_300_799_999;
/** Epoch numbers below this are seconds: as milliseconds it is March 1973, as seconds the year 5138. */
const firstEpochMs = 100_000_000_000;

const isoForm =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)? ?(?:([Zz])|([+-])(\d{2}):?(\d{2})?)?$/;
const ctimeForm = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/;
const epochForm = /^\d{1,15}(?:\.\d{1,9})?$/;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** No form is longer than this; a longer text is not looked at. */
const maxTimestampLength = 64;

/**
 * Reads a `timestamp`, which has no stated format (protocol reading, "Every message, and its slips"): ISO 8601 with
 * or without zone, `YYYY-MM-DD HH:mm:ss`, epoch seconds or milliseconds as number or string, and C `ctime` text.
 *
 * @param options.zoneOffsetMinutes minutes east of UTC in which to read a time without a zone. The protocol cannot
 * say in which zone its server lives, so the default is UTC.
 * @returns milliseconds since 1970 UTC, or null where it cannot be read or is outside 1970…9999.
 */
export function parseTimestamp(value: unknown, options: { readonly zoneOffsetMinutes?: number } = {}): number | null {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string' || value.length > maxTimestampLength) return null;
  const text = value.trim();
  if (epochForm.test(text)) return fromEpoch(Number(text));
  const zoneOffsetMinutes = options.zoneOffsetMinutes ?? 0;
  return fromIso(text, zoneOffsetMinutes) ?? fromCtime(text, zoneOffsetMinutes);
}

function fromEpoch(epoch: number): number | null {
  return inRange(Math.floor(epoch < firstEpochMs ? epoch * 1000 : epoch));
}

function fromIso(text: string, zoneOffsetMinutes: number): number | null {
  const match = isoForm.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', utc, sign, zoneHour, zoneMinute] =
    match;
  const local = fromParts(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  if (local === null) return null;
  const fractionMs = Number(fraction.padEnd(3, '0').slice(0, 3));
  return inRange(local + fractionMs - zoneMinutes(utc, sign, zoneHour, zoneMinute, zoneOffsetMinutes) * 60_000);
}

function zoneMinutes(
  utc: string | undefined,
  sign: string | undefined,
  hour: string | undefined,
  minute: string | undefined,
  otherwise: number,
): number {
  if (utc !== undefined) return 0;
  if (sign === undefined) return otherwise;
  return (sign === '-' ? -1 : 1) * (Number(hour) * 60 + Number(minute ?? 0));
}

function fromCtime(text: string, zoneOffsetMinutes: number): number | null {
  const match = ctimeForm.exec(text);
  if (match === null) return null;
  const [, monthName = '', day, hour, minute, second, year] = match;
  const month = months.indexOf(monthName);
  const local = fromParts(Number(year), month, Number(day), Number(hour), Number(minute), Number(second));
  return local === null ? null : inRange(local - zoneOffsetMinutes * 60_000);
}

/** UTC milliseconds of a date that exists. Second 60 (a leap second) is read as the next minute. */
function fromParts(y: number, month: number, day: number, hour: number, minute: number, second: number): number | null {
  // Date.UTC takes the years 0…99 for 1900…1999.
  if (y < 1970 || month < 0 || month > 11 || hour > 23 || minute > 59 || second > 60) return null;
  const midnight = Date.UTC(y, month, day);
  // Date.UTC rolls 31 February over into March: a date that does not come back as itself does not exist.
  if (new Date(midnight).getUTCDate() !== day) return null;
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000;
}

function inRange(ms: number): number | null {
  // Adding 0 turns −0 into 0.
  return ms >= 0 && ms <= maxTimestampMs ? ms + 0 : null;
}
