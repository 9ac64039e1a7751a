import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { createSliceDecoder, encodeSlice, sliceBytes } from './slices.ts';

/** The bytes of all slices together, or null where any of them or the end is refused. */
function decode(slices: readonly (string | Uint8Array)[]): number[] | null {
  const decoder = createSliceDecoder();
  const bytes: number[] = [];
  for (const result of [...slices.map((slice) => decoder.push(slice)), decoder.end()]) {
    if (!result.ok) return null;
    bytes.push(...result.value);
  }
  return bytes;
}

/** `text` cut at `cuts`. */
function cutAt(text: string, cuts: readonly number[]): string[] {
  const edges = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  return edges.slice(1).map((edge, index) => text.slice(edges[index], edge));
}

const files = fc.uint8Array({ maxLength: 200 });

describe('slices of base64', () => {
  test.each(['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'])('encode %j as everyone does', (text) => {
    const bytes = new TextEncoder().encode(text);
    expect(encodeSlice(bytes)).toBe(Buffer.from(text).toString('base64'));
    expect(decode([encodeSlice(bytes)])).toEqual([...bytes]);
  });

  test('of 48 KiB are 64 KiB of text without padding', () => {
    const text = encodeSlice(new Uint8Array(sliceBytes).fill(255));
    expect(text.length).toBe(64 * 1024);
    expect(text).not.toContain('=');
  });

  test('come back however a server cut the whole', () => {
    fc.assert(
      fc.property(files, fc.array(fc.nat(), { maxLength: 6 }), (bytes, cuts) => {
        expect(decode(cutAt(encodeSlice(bytes), cuts))).toEqual([...bytes]);
      }),
      { seed: 3, numRuns: 1_000 },
    );
  });

  test('come back when each was encoded by itself, whatever its size', () => {
    fc.assert(
      fc.property(fc.array(files, { maxLength: 5 }), (parts) => {
        const slices = parts.map((part) => encodeSlice(part));
        const whole = parts.flatMap((part) => [...part]);
        expect(decode(slices)).toEqual(whole);
        expect(decode([slices.join('')])).toEqual(whole);
        expect(decode(slices.map((slice) => Buffer.from(slice)))).toEqual(whole);
      }),
      { seed: 4, numRuns: 1_000 },
    );
  });

  test('may leave out the padding at the very end', () => {
    expect(decode(['Zg'])).toEqual([102]);
    expect(decode(['Zm', '8'])).toEqual([102, 111]);
  });

  test.each([
    [['Z']],
    [['Zm9vZ']],
    [['Zm9vZm']],
    [['Zm9vZm9']],
    [['Zg=']],
    [['=']],
    [['Z===']],
    [['Zg==', '=']],
    [['Zg=', 'Zg==']],
    [['Zm9v!bar']],
    [['Zm9v\n']],
    [['Zm 9']],
    [['Zm9v-_--']],
    [['Zm9vé']],
    [['\0\0\0\0']],
  ])('%j are refused', (slices) => {
    expect(decode(slices)).toBeNull();
  });

  test('stay refused after the first bad one', () => {
    const decoder = createSliceDecoder();
    expect(decoder.push('!').ok).toBe(false);
    expect(decoder.push('QUJD').ok).toBe(false);
    expect(decoder.end().ok).toBe(false);
  });
});
