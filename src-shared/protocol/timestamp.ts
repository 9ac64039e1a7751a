/** The last millisecond of year 9999, so that every time we keep has an ISO form with four digits of year. */
const maxTimestampMs = 253_402_300_799_999;
/** Epoch numbers below this are seconds: as milliseconds it is March 1973, as seconds the year 5138. */
const firstEpochMs = 100_000_000_000;

const isoForm =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)? ?(?:([Zz])|([+-])(\d{2}):?(\d{2})?)?$/;
const ctimeForm = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/;
const epochForm = /^\d{1,15}(?:\.\d{1,9})?$/;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** @param wallMs what a clock on the wall shows, as if it were UTC. @returns when it showed that. */
type FromWall = (wallMs: number) => number;

/** No form is longer than this; a longer text is not looked at. */
const maxTimestampLength = 64;

/**
 * Reads a `timestamp`, which has no stated format (protocol reading, "Every message, and its slips"): ISO 8601 with
 * or without zone, `YYYY-MM-DD HH:mm:ss`, epoch seconds or milliseconds as number or string, and C `ctime` text.
 *
 * @param fromWall reads a time without a zone. The protocol cannot say in which zone its server lives; a server that
 * writes what its clock on the wall shows is most likely one on the local network, in the zone of this computer.
 * @returns milliseconds since 1970 UTC, or null where it cannot be read or is outside 1970…9999.
 */
export function parseTimestamp(value: unknown, fromWall: FromWall = fromWallHere): number | null {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string' || value.length > maxTimestampLength) return null;
  const text = value.trim();
  if (epochForm.test(text)) return fromEpoch(Number(text));
  return fromIso(text, fromWall) ?? fromCtime(text, fromWall);
}

/** As the clocks of this computer's zone show it; where they skip an hour, the hour after. */
function fromWallHere(wallMs: number): number {
  const wall = new Date(wallMs);
  return new Date(
    wall.getUTCFullYear(),
    wall.getUTCMonth(),
    wall.getUTCDate(),
    wall.getUTCHours(),
    wall.getUTCMinutes(),
    wall.getUTCSeconds(),
  ).getTime();
}

function fromEpoch(epoch: number): number | null {
  return inRange(Math.floor(epoch < firstEpochMs ? epoch * 1000 : epoch));
}

function fromIso(text: string, fromWall: FromWall): number | null {
  const match = isoForm.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', utc, sign, zoneHour, zoneMinute] =
    match;
  const wallMs = fromParts(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  if (wallMs === null) return null;
  const fractionMs = Number(fraction.padEnd(3, '0').slice(0, 3));
  if (utc === undefined && sign === undefined) return inRange(fromWall(wallMs) + fractionMs);
  const zoneMinutes = (sign === '-' ? -1 : 1) * (Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0));
  return inRange(wallMs + fractionMs - zoneMinutes * 60_000);
}

function fromCtime(text: string, fromWall: FromWall): number | null {
  const match = ctimeForm.exec(text);
  if (match === null) return null;
  const [, monthName = '', day, hour, minute, second, year] = match;
  const month = months.indexOf(monthName);
  const wallMs = fromParts(Number(year), month, Number(day), Number(hour), Number(minute), Number(second));
  return wallMs === null ? null : inRange(fromWall(wallMs));
}

/** Milliseconds of a date that exists, as if it were said in UTC. Second 60 (a leap second) is read as the next minute. */
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
