import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { parseTimestamp } from './timestamp.ts';

const at = Date.UTC(2024, 4, 6, 7, 8, 9);

describe('a timestamp', () => {
  const forms: readonly (readonly [unknown, number])[] = [
    ['2024-05-06T07:08:09.123Z', at + 123],
    ['2024-05-06T07:08:09Z', at],
    ['2024-05-06T07:08Z', at - 9_000],
    ['2024-05-06t07:08:09z', at],
    ['2024-05-06T07:08:09.5Z', at + 500],
    ['2024-05-06T07:08:09,123456789Z', at + 123],
    ['2024-05-06T15:08:09+08:00', at],
    ['2024-05-06T15:08:09+0800', at],
    ['2024-05-06T02:38:09-04:30', at],
    ['2024-05-06T15:08:09 +08', at],
    [at, at],
    [at / 1000, at],
    [String(at), at],
    [String(at / 1000), at],
    ['1714979289.250', at + 250],
    [1_714_979_289.25, at + 250],
    [0, 0],
    [-0, 0],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
  ];
  test.each(forms)('%j is read', (value, expected) => {
    expect(parseTimestamp(value)).toBe(expected);
  });

  const unreadable = [
    undefined,
    null,
    true,
    {},
    [],
    '',
    ' ',
    'yesterday',
    'NaN',
    '-5',
    '0x10',
    '1e9',
    '2023-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-05-06T24:00:00Z',
    '2024-05-06T07:60:00Z',
    '24-05-06',
    '05/06/2024',
    '2024-5-6',
    '07:08:09',
    'Mon Foo  6 07:08:09 2024',
    'Mon May 32 07:08:09 2024',
    '0099-05-06',
    '1969-12-31T23:59:59Z',
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e300,
    '9'.repeat(15),
    '2024-05-06T07:08:09Z'.padEnd(100),
  ];
  test.each(unreadable)('%j is not read', (value) => {
    expect(parseTimestamp(value)).toBeNull();
  });

  const here = new Date(2024, 4, 6, 7, 8, 9).getTime();
  const withoutZone: readonly (readonly [string, number])[] = [
    ['2024-05-06T07:08:09', here],
    ['2024-05-06 07:08:09', here],
    ['2024-05-06 07:08:09.123', here + 123],
    [' 2024-05-06 07:08:09\n', here],
    ['2024-05-06', new Date(2024, 4, 6).getTime()],
    ['Mon May  6 07:08:09 2024', here],
    ['Mon May  6 07:08:09 2024\n', here],
    ['Wed Dec 25 00:00:00 2024', new Date(2024, 11, 25).getTime()],
  ];
  test.each(withoutZone)('%j is read in the zone of this computer', (value, expected) => {
    expect(parseTimestamp(value)).toBe(expected);
  });

  test('that says its zone is not read in another', () => {
    const east = (wallMs: number): number => wallMs - 480 * 60_000;
    for (const text of ['2024-05-06 15:08:09', '2024-05-06T15:08:09', 'Mon May  6 15:08:09 2024'])
      expect(parseTimestamp(text, east)).toBe(at);
    for (const said of ['2024-05-06T07:08:09Z', '2024-05-06T02:38:09-04:30', at, at / 1000])
      expect(parseTimestamp(said, east)).toBe(at);
  });

  test('that we write comes back to the millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (ms) => {
        expect(parseTimestamp(new Date(ms).toISOString())).toBe(ms);
      }),
      { seed: 1 },
    );
  });

  test('of any text is a time that has an ISO form, or none', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.stringMatching(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?$/),
      fc.double(),
    );
    fc.assert(
      fc.property(texts, fc.integer({ min: -900, max: 900 }), (value, eastMinutes) => {
        const ms = parseTimestamp(value, (wallMs) => wallMs - eastMinutes * 60_000);
        if (ms !== null) expect(new Date(ms).toISOString()).toMatch(/^\d{4}-/);
        expect(ms === null || Number.isInteger(ms)).toBe(true);
      }),
      { seed: 2, numRuns: 2_000 },
    );
  });
});
