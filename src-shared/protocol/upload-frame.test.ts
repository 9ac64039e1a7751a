import { describe, expect, test } from 'vitest';
import { decodeClientFrame, encodeClientFrame } from './codec.ts';
import { goldenClientFrames } from './golden-client-frames.ts';
import { mutateText } from './frame-mutations.ts';
import { createRandom } from './random.ts';
import { createSliceDecoder, encodeSlice } from './slices.ts';
import { isUploadFrame, parseUploadFrame } from './upload-frame.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** What parseUploadFrame reads, in the form that decodeClientFrame gives. */
function parse(text: string): unknown {
  const result = parseUploadFrame(bytesOf(text));
  if (!result.ok) return result.error.reason;
  const { forEachSlice, ...fields } = result.value;
  const slices: string[] = [];
  forEachSlice((slice) => slices.push(Buffer.from(slice).toString('latin1')));
  return { ...fields, slices };
}

const expected = {
  kind: 'send-file',
  messageId: 5,
  senderId: 7,
  receiverId: 42,
  name: 'a.txt',
  slices: ['QUJD', 'RA=='],
};
const fields = '"messageId":5,"senderId":7,"receiverId":42,"fileName":"a.txt"';

describe('an upload', () => {
  test('is read as the codec reads it', () => {
    const uploads = goldenClientFrames.filter(({ frame }) => frame.kind === 'send-file' || frame.kind === 'send-image');
    expect(uploads.length).toBeGreaterThanOrEqual(2);
    for (const { text, frame } of uploads) {
      expect(isUploadFrame(bytesOf(text))).toBe(true);
      expect(parse(text)).toEqual(frame);
    }
  });

  test.each([
    ['its keys in another order', `{"payload":{"fileContent":["QUJD","RA=="],${fields}},"type":"SEND_FILE"}`],
    [
      'white space',
      ` {\n"type" :\t"SEND_FILE" , "payload" : { ${fields} , "fileContent" : [ "QUJD" , "RA==" ] } } \r\n`,
    ],
    [
      'fields nobody knows',
      `{"v":[{"a":"]}"}],"type":"SEND_FILE","payload":{"x":{"y":null},${fields},"fileContent":["QUJD","RA=="]}}`,
    ],
    [
      'the content of the other kind',
      `{"type":"SEND_FILE","payload":{"imageContent":"?",${fields},"fileContent":["QUJD","RA=="]}}`,
    ],
    ['escaped letters', String.raw`{"type":"SEND\u005fFILE","payload":{${fields},"fileContent":["QUJD","RA=="]}}`],
    ['ids as strings', `{"type":"SEND_FILE","payload":{${fields.replace('7', '"7"')},"fileContent":["QUJD","RA=="]}}`],
  ])('is taken with %s', (_name, text) => {
    expect(isUploadFrame(bytesOf(text))).toBe(true);
    expect(parse(text)).toEqual(expected);
    expect(decodeClientFrame(text)).toEqual({ ok: true, value: expected });
  });

  test.each([[[]], [['']]])('of an empty file is taken: %j', (slices) => {
    expect(parse(`{"type":"SEND_FILE","payload":{${fields},"fileContent":${JSON.stringify(slices)}}}`)).toEqual({
      ...expected,
      slices,
    });
  });

  test('with escaped slashes is the same base64', () => {
    expect(parse(String.raw`{"type":"SEND_FILE","payload":{${fields},"fileContent":["\/9j\/","\/\/"]}}`)).toEqual({
      ...expected,
      slices: ['/9j/', '//'],
    });
  });

  test.each([
    ['no object', '["SEND_FILE"]', 'not-a-frame'],
    ['cut off', `{"type":"SEND_FILE","payload":{${fields},"fileContent":["QUJD"`, 'not-a-frame'],
    ['followed by something', `{"type":"SEND_FILE","payload":{${fields},"fileContent":["QUJD"]}}{}`, 'not-a-frame'],
    ['another frame', `{"type":"SEND_MESSAGE","payload":{${fields},"fileContent":["QUJD"]}}`, 'unknown-type'],
    ['typed twice', `{"type":"SEND_FILE","type":"SEND_FILE","payload":{${fields},"fileContent":[]}}`, 'not-a-frame'],
    ['without content', `{"type":"SEND_FILE","payload":{${fields}}}`, 'invalid-payload'],
    ['with the content of an image', `{"type":"SEND_FILE","payload":{${fields},"imageContent":[]}}`, 'invalid-payload'],
    [
      'without a receiver',
      '{"type":"SEND_FILE","payload":{"messageId":5,"senderId":7,"fileName":"a","fileContent":[]}}',
      'invalid-payload',
    ],
    ['with a payload that is no object', '{"type":"SEND_FILE","payload":[]}', 'not-a-frame'],
    [
      'with content that is no array',
      `{"type":"SEND_FILE","payload":{${fields},"fileContent":"QUJD"}}`,
      'invalid-payload',
    ],
    [
      'with content that holds a number',
      `{"type":"SEND_FILE","payload":{${fields},"fileContent":["QUJD",1]}}`,
      'invalid-payload',
    ],
    [
      'with content that holds an array',
      `{"type":"SEND_FILE","payload":{${fields},"fileContent":[["QUJD"]]}}`,
      'invalid-payload',
    ],
    ['with a comma too many', `{"type":"SEND_FILE","payload":{${fields},"fileContent":["QUJD",]}}`, 'invalid-payload'],
    [
      'with a comma too few',
      `{"type":"SEND_FILE","payload":{${fields},"fileContent":["QUJD""QUJD"]}}`,
      'invalid-payload',
    ],
    [
      'nested too deep',
      `{"type":"SEND_FILE","payload":{"x":${'['.repeat(100)}${']'.repeat(100)},${fields},"fileContent":[]}}`,
      'not-a-frame',
    ],
    [
      'with a name of megabytes',
      `{"type":"SEND_FILE","payload":{${fields.replace('a.txt', 'a'.repeat(100_000))},"fileContent":[]}}`,
      'not-a-frame',
    ],
  ])('is refused when it is %s', (_name, text, reason) => {
    expect(parse(text)).toBe(reason);
  });

  test('is refused when a name is no UTF-8', () => {
    const bytes = bytesOf(`{"type":"SEND_FILE","payload":{${fields},"fileContent":[]}}`);
    bytes[bytes.indexOf(0x2e)] = 0xff;
    expect(parseUploadFrame(bytes)).toMatchObject({ ok: false });
  });

  test('is told from a frame that only speaks of one', () => {
    for (const { text, frame } of goldenClientFrames) {
      expect(isUploadFrame(bytesOf(text))).toBe(frame.kind === 'send-file' || frame.kind === 'send-image');
    }
    const spoken = encodeClientFrame({ kind: 'log-in', username: '"SEND_FILE"', password: '"type":"SEND_FILE"' });
    expect(isUploadFrame(bytesOf(spoken))).toBe(false);
    expect(isUploadFrame(bytesOf('{"payload":{"type":"SEND_FILE"},"type":"LOGIN"}'))).toBe(false);
    for (const text of [
      '',
      '{',
      '{}',
      '{"type"',
      '{"type":',
      '{"type":"SEND_FILE',
      '[]',
      'null',
      '{"a":1,"type":SEND_FILE}',
    ]) {
      expect(isUploadFrame(bytesOf(text))).toBe(false);
    }
  });

  test('that is taken is one that the codec takes, with the same meaning, whatever was done to it', () => {
    const random = createRandom(6);
    const texts = goldenClientFrames.map(({ text }) => text).filter((text) => isUploadFrame(bytesOf(text)));
    let taken = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const text = mutateText(random, texts);
      const result = parse(text);
      if (typeof result === 'string') continue;
      taken += 1;
      const whole = decodeClientFrame(text);
      const slices = (result as { slices: string[] }).slices;
      // Letters that JSON forbids are left for the decoder of the slices to refuse.
      if (whole.ok) {
        const asWritten =
          whole.value.kind === 'send-file' || whole.value.kind === 'send-image' ? whole.value.slices : [];
        if (asWritten.every((slice) => /^[\w+/=]*$/.test(slice))) expect(result).toEqual(whole.value);
      } else {
        expect(slices.some((slice) => !createSliceDecoder().push(slice).ok)).toBe(true);
      }
    }
    expect(taken).toBeGreaterThan(1_000);
  });

  test('of megabytes is read without looking at every byte twice', () => {
    const slice = encodeSlice(new Uint8Array(48 * 1024).fill(255));
    const text = `{"payload":{"fileContent":[${Array.from({ length: 200 }, () => `"${slice}"`).join(',')}],${fields}},"type":"SEND_FILE"}`;
    const result = parseUploadFrame(bytesOf(text));
    const decoder = createSliceDecoder();
    let size = 0;
    if (result.ok) {
      result.value.forEachSlice((part) => {
        const bytes = decoder.push(part);
        size += bytes.ok ? bytes.value.length : 0;
      });
    }
    expect(size).toBe(200 * 48 * 1024);
  });
});
