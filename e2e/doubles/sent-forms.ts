import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { join, pngChunk, pngHead } from '../../src-shared/media/testing/sample-images.ts';

/** A picture that every program can show: coloured noise, another one for each seed. */
export function realPng(width: number, height: number, seed: number): Uint8Array {
  const rows = Buffer.alloc(height * (1 + width * 4));
  let state = seed;
  for (let at = 0; at < rows.length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    rows[at] = at % (1 + width * 4) === 0 ? 0 : state >>> 24;
  }
  return join(pngHead(width, height), pngChunk('IDAT', deflateSync(rows, { level: 1 })), pngChunk('IEND'));
}

/** One message as some server hands it out, and what is to become of it. */
export type SentForm = {
  readonly label: string;
  readonly type: 'file' | 'image';
  readonly content: unknown;
  /** What it is called, where the form says so. */
  readonly name: string | null;
  /** `by-itself`: comes without a word; `on-click`: comes when asked for; `foreign`: the same, from another host. */
  readonly comes: 'by-itself' | 'on-click' | 'foreign' | 'never' | 'damaged';
  readonly bytes: Uint8Array;
};

/** Where files are to be had, by their path. */
export type Hosted = ReadonlyMap<string, Uint8Array>;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const sliced = (bytes: Uint8Array, sliceBytes: number): string[] =>
  Array.from({ length: Math.ceil(bytes.length / sliceBytes) }, (_, index) =>
    base64(bytes.subarray(index * sliceBytes, (index + 1) * sliceBytes)),
  );

/**
 * Every form that the content of a file or image may have (protocol reading, "Files and images"), as an image and as a
 * file, and some that are broken.
 * @param origin of the server over http. @param foreignOrigin of another one.
 */
export function sentForms(
  origin: string,
  foreignOrigin: string,
): { readonly forms: readonly SentForm[]; readonly hosted: Hosted; readonly foreign: Hosted } {
  const forms: SentForm[] = [];
  const hosted = new Map<string, Uint8Array>();
  const foreign = new Map<string, Uint8Array>();
  let seed = 0;

  for (const type of ['image', 'file'] as const) {
    const ending = type === 'image' ? 'png' : 'bin';
    const newBytes = (): Uint8Array => realPng(60, 40, (seed += 1));
    const own = type === 'image' ? 'by-itself' : 'on-click';
    const add = (
      label: string,
      name: string | null,
      comes: SentForm['comes'],
      make: (bytes: Uint8Array) => unknown,
    ) => {
      const bytes = newBytes();
      forms.push({ label: `${label} (${type})`, type, name, comes, bytes, content: make(bytes) });
    };
    const host = (on: Map<string, Uint8Array>, bytes: Uint8Array, path: string): string => {
      on.set(path, bytes);
      return path;
    };
    add('base64', null, own, base64);
    add('base64 in lines', null, own, (bytes) => base64(bytes).replaceAll(/.{76}/g, '$&\r\n'));
    add('data URL', `data 图.${ending}`, own, (bytes) => {
      return `data:image/png;name=${encodeURIComponent(`data 图.${ending}`)};base64,${base64(bytes)}`;
    });
    add('array in a string', null, own, (bytes) => JSON.stringify(sliced(bytes, 3_000)));
    add('array', null, own, (bytes) => sliced(bytes, 3_000));
    add('JSON with data', `inlined.${ending}`, own, (bytes) =>
      JSON.stringify({ name: `inlined.${ending}`, size: bytes.length, mime: 'image/png', data: base64(bytes) }),
    );
    add('JSON with url', `described.${ending}`, own, (bytes) =>
      JSON.stringify({
        name: `described.${ending}`,
        size: bytes.length,
        mime: 'image/png',
        sha256: createHash('sha256').update(bytes).digest('hex'),
        url: host(hosted, bytes, `/media/${type}/1`),
      }),
    );
    add('path', `by path.${ending}`, own, (bytes) => host(hosted, bytes, `/media/${type}/by%20path.${ending}`));
    add(
      'own address',
      `address.${ending}`,
      own,
      (bytes) => `${origin}${host(hosted, bytes, `/${type}/address.${ending}`)}`,
    );
    add('foreign address', `elsewhere.${ending}`, 'foreign', (bytes) => {
      return `${foreignOrigin}${host(foreign, bytes, `/${type}/elsewhere.${ending}`)}`;
    });
    add('JSON with a foreign url', `far.${ending}`, 'foreign', (bytes) =>
      JSON.stringify({
        name: `far.${ending}`,
        size: bytes.length,
        url: `${foreignOrigin}${host(foreign, bytes, `/${type}/far`)}`,
      }),
    );
    add('bare name', `only a name.${ending}`, 'never', () => `only a name.${ending}`);
    add('path of another host', null, 'never', () => `//${new URL(foreignOrigin).host}/${type}.${ending}`);
    add('base64 that was cut off', null, 'damaged', (bytes) => base64(bytes).slice(0, 2_001));
    add('an array that was cut off', null, 'damaged', (bytes) => JSON.stringify(sliced(bytes, 3_000)).slice(0, 5_000));
    add('truncated base64', `cut.${ending}`, 'damaged', (bytes) => {
      return `data:image/png;name=cut.${ending};base64,${base64(bytes).slice(0, 2_001)}`;
    });
    add('wrong base64', `wrong.${ending}`, 'damaged', (bytes) => {
      return `data:image/png;name=wrong.${ending};base64,${base64(bytes).slice(0, 2_000)}*${base64(bytes).slice(2_001)}`;
    });
    add('wrong hash', `other.${ending}`, 'damaged', (bytes) =>
      JSON.stringify({
        name: `other.${ending}`,
        size: bytes.length,
        sha256: 'a'.repeat(64),
        url: host(hosted, bytes, `/media/${type}/2`),
      }),
    );
    add('wrong size', `short.${ending}`, 'damaged', (bytes) =>
      JSON.stringify({ name: `short.${ending}`, size: 5, data: base64(bytes) }),
    );
  }
  return { forms, hosted, foreign };
}
