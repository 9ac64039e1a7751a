import { describe, expect, test } from 'vitest';
import { messageId, userId } from '../../src-shared/kernel/ids.ts';
import { decodeClientFrame } from '../../src-shared/protocol/codec.ts';
import { sliceBytes } from '../../src-shared/protocol/slices.ts';
import { bytesOf, inPieces } from './testing/file-source.ts';
import { uploadFragments, WrongSize } from './upload-fragments.ts';

const envelope = {
  kind: 'send-file',
  messageId: messageId(5),
  senderId: userId(1),
  receiverId: userId(2),
  name: 'a "quoted"\\ 名.txt',
} as const;

/** The text of the frame, and where its fragments end in the file. */
async function written(source: AsyncIterable<Uint8Array>, sizeBytes: number, kind: 'send-file' | 'send-image') {
  const parts: Buffer[] = [];
  const ends: number[] = [];
  const lasts: boolean[] = [];
  for await (const { text, doneBytes, isLast } of uploadFragments({ ...envelope, kind }, sizeBytes, source)) {
    parts.push(Buffer.from(text));
    ends.push(doneBytes);
    lasts.push(isLast);
  }
  return { text: Buffer.concat(parts).toString(), ends, lasts, longest: Math.max(...parts.map((part) => part.length)) };
}

describe('the fragments of an upload', () => {
  test.each([1, 2, 3, sliceBytes - 1, sliceBytes, sliceBytes + 1, 2 * sliceBytes, 3 * sliceBytes + 17])(
    'are one frame as protocol.md has it, for %i bytes, however they are read',
    async (sizeBytes) => {
      const bytes = bytesOf(sizeBytes);
      for (const pieceBytes of [sizeBytes, 65_536, 1_000, 49_151]) {
        const { text, ends, lasts } = await written(inPieces(bytes, pieceBytes), sizeBytes, 'send-image');
        const slices = Array.from({ length: Math.ceil(sizeBytes / sliceBytes) }, (_, index) =>
          Buffer.from(bytes.subarray(index * sliceBytes, (index + 1) * sliceBytes)).toString('base64'),
        );
        expect(decodeClientFrame(text)).toEqual({ ok: true, value: { ...envelope, kind: 'send-image', slices } });
        expect(ends).toHaveLength(slices.length);
        expect(ends.at(-1)).toBe(sizeBytes);
        expect(lasts).toEqual(slices.map((_, index) => index === slices.length - 1));
      }
    },
  );

  test('are of bounded size, so that no file is ever one string', async () => {
    const { longest, ends } = await written(inPieces(bytesOf(1_000_000), 1_000_000), 1_000_000, 'send-file');
    expect(longest).toBeLessThan(66_000);
    expect(ends).toHaveLength(21);
  });

  test.each([
    ['less', 999],
    ['more', 1_001],
  ])('do not come to an end where there is %s than was announced', async (_name, sizeBytes) => {
    await expect(written(inPieces(bytesOf(1_000), 100), sizeBytes, 'send-file')).rejects.toThrow(WrongSize);
  });
});
