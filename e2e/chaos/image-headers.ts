import { imageVerdict, readImageHeader } from '../../src-shared/media/image-header.ts';
import { sniffBytes } from '../../src-shared/media/sniff.ts';
import { createStripper, surveyWebp } from '../../src-shared/media/strip-metadata.ts';
import {
  exifSegment,
  gif,
  gifApplication,
  gifComment,
  gifFrame,
  jpeg,
  jpegFrame,
  jpegSegment,
  latin,
  png,
  pngChunk,
  tiff,
  vp8,
  vp8l,
  vp8x,
  webp,
  webpChunk,
  webpFrame,
} from '../../src-shared/media/testing/sample-images.ts';
import { createRandom, type Random } from '../../src-shared/protocol/random.ts';
import { workedMs } from './cpu-time.ts';
import { readNumbers } from './options.ts';

export type HeaderReport = {
  readonly images: number;
  readonly sound: number;
  readonly faults: readonly string[];
  readonly slowestMs: number;
};

const icc = jpegSegment(0xe2, latin('ICC_PROFILE\0\x01\x01x'));
const seeds: readonly Uint8Array[] = [
  png(640, 480, pngChunk('acTL', [0, 0, 0, 2, 0, 0, 0, 0]), pngChunk('eXIf', tiff(6)), pngChunk('tEXt', latin('a\0b'))),
  png(1, 1),
  jpeg(640, 480, exifSegment(6), icc, jpegSegment(0xfe, latin('comment'))),
  jpeg(9, 9, exifSegment(3, false), jpegFrame(7, 7, 0xc2)),
  gif(64, 48, gifComment('hello'), gifApplication('NETSCAPE2.0', latin('\x01\0\0')), gifFrame(64, 48, 3, 4)),
  webp(vp8(64, 48)),
  webp(vp8l(64, 48)),
  webp(vp8x(64, 48, 0x0e), webpFrame(64, 48), webpChunk('EXIF', tiff(6)), webpChunk('XMP ', latin('<x/>'))),
];

/** Numbers that end a structure, or lead far out of it. */
const edges = [0, 1, 2, 3, 7, 8, 12, 0x7f, 0x80, 0xd8, 0xd9, 0xda, 0xe1, 0xfe, 0xff];

/** An image that is spoilt somewhere, or only begins like one. */
function spoil(random: Random): Uint8Array {
  const image = random.pick(seeds).slice();
  if (random.oneIn(10)) {
    const wild = Uint8Array.from({ length: random.below(400) }, () => random.below(256));
    wild.set(image.subarray(0, Math.min(random.below(40), wild.length)));
    return wild;
  }
  for (let changes = random.below(6); changes >= 0; changes -= 1) {
    const at = random.below(random.oneIn(2) ? image.length : Math.min(image.length, 80));
    if (random.oneIn(3)) image[at] = (image[at] ?? 0) ^ (1 << random.below(8));
    else if (random.oneIn(2)) image.fill(random.pick(edges), at, at + 1 + random.below(4));
    else image.copyWithin(at, random.below(image.length), random.below(image.length));
  }
  return random.oneIn(3) ? image.subarray(0, random.below(image.length + 1)) : image;
}

/** The same bytes with other bytes around them: whoever reads too far is told by it. */
function surrounded(bytes: Uint8Array, by: number): Uint8Array {
  const memory = new Uint8Array(bytes.length + 64).fill(by);
  memory.set(bytes, 32);
  return memory.subarray(32, 32 + bytes.length);
}

function strip(bytes: Uint8Array, pieceBytes: number): Buffer {
  const type = sniffBytes(bytes);
  if (type !== 'png' && type !== 'jpeg' && type !== 'gif' && type !== 'webp') return Buffer.alloc(0);
  const survey = surveyWebp();
  if (type === 'webp') survey.push(bytes);
  const stripper = createStripper(type, survey.end());
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    parts.push(...stripper.push(bytes.subarray(at, at + pieceBytes)));
  return Buffer.concat([...parts, ...stripper.end()]);
}

function faultOf(bytes: Uint8Array): string | null {
  const header = readImageHeader(surrounded(bytes, 0));
  if (JSON.stringify(readImageHeader(surrounded(bytes, 0xff))) !== JSON.stringify(header))
    return 'was read beyond its end';
  if (header !== null && header !== 'more') {
    const { width, height, drawnPixels } = header;
    if (![width, height, drawnPixels].every((value) => Number.isSafeInteger(value) || value > 2 ** 53))
      return 'has no size';
    if (width < 1 || height < 1 || drawnPixels < 1) return 'has no size';
    if (width > 16_384 && imageVerdict(header, bytes.length) !== 'refused') return 'is let through';
  }
  const stripped = strip(bytes, bytes.length);
  // At most what it had, and its turn, which takes 40 bytes in each.
  if (stripped.length > bytes.length + 80) return 'grew';
  if (!strip(bytes, 5).equals(stripped)) return 'is stripped to something else in small pieces';
  return strip(stripped, stripped.length).length <= stripped.length ? null : 'grew the second time';
}

/** Reads and strips `count` spoilt images (safety T3): no exception, nothing read beyond them, nothing slow. */
export function readSpoiltImages(count: number, seed: number): HeaderReport {
  const random = createRandom(seed);
  const faults: string[] = [];
  let slowestMs = 0;
  let sound = 0;
  for (let made = 0; made < count; made += 1) {
    const bytes = spoil(random);
    const startMs = workedMs();
    try {
      const fault = faultOf(bytes);
      if (fault !== null) faults.push(`image ${made} ${fault}`);
      const header = readImageHeader(bytes);
      if (header !== null && header !== 'more') sound += 1;
    } catch (error) {
      faults.push(`image ${made} threw ${error instanceof Error ? error.message : 'something'}`);
    }
    slowestMs = Math.max(slowestMs, workedMs() - startMs);
  }
  return { images: count, sound, faults, slowestMs };
}

/** Images made of as many parts as fit into the bytes that are looked at. @returns the slowest, in milliseconds of work. */
export function readCrowdedImages(): number {
  const many = (part: Uint8Array): Uint8Array[] => Array.from({ length: Math.ceil(65_536 / part.length) }, () => part);
  const crowded = [
    jpeg(9, 9, ...many(jpegSegment(0xe1, []))),
    jpeg(9, 9, ...many(jpegSegment(0xe1, latin('Exif\0\0II*\0\x08\0\0\0\xff\xff')))),
    jpeg(9, 9, ...many(jpegSegment(0xe2, latin('ICC_PROFILE\0')))),
    jpeg(9, 9, jpegSegment(0xe0, []), new Uint8Array(65_536)),
    jpeg(9, 9, new Uint8Array(65_536).fill(0xff)),
    png(9, 9, ...many(pngChunk('gAMA'))),
    gif(9, 9, ...many(latin('!\xff\0')), ...many(gifFrame(1, 1))),
    webp(vp8x(9, 9, 2), ...many(webpChunk('ANMF', []))),
  ];
  let slowestMs = 0;
  for (const image of crowded) {
    // The best of three: the first has the compiler in it.
    const takenMs = [1, 2, 3].map(() => {
      const startMs = workedMs();
      readImageHeader(image.subarray(0, 65_536));
      strip(image, image.length);
      return workedMs() - startMs;
    });
    slowestMs = Math.max(slowestMs, Math.min(...takenMs));
  }
  return slowestMs;
}

const slowestAllowedMs = 50;

/** The long run: 100,000 spoilt images. */
export async function run(args: string[]): Promise<number> {
  const options = readNumbers(args, { images: 100_000, seed: 1 });
  if (options === null) return 2;
  const crowdedMs = readCrowdedImages();
  const { images, sound, faults, slowestMs } = readSpoiltImages(options.images, options.seed);
  console.log(`${images} spoilt images, ${sound} with a header that is sound: ${faults.length} faults`);
  console.log(`slowest ${slowestMs.toFixed(1)} ms; of those with thousands of parts ${crowdedMs.toFixed(1)} ms`);
  for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
  return faults.length === 0 && Math.max(slowestMs, crowdedMs) < slowestAllowedMs ? 0 : 1;
}
