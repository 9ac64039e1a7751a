import type { Random } from './random.ts';

/** Ways to spoil frames: for the fuzzers of the codec and of the server. */

const fieldNames = [
  ...'type payload userId targetId targetUserId requesterUserId contactId messageId id senderId receiverId'.split(' '),
  ...'content contacts messages username userName password email avatar token error online timestamp status'.split(' '),
  ...'fileName fileContent imageName imageContent'.split(' '),
  ...'__proto__ constructor prototype toString valueOf hasOwnProperty toJSON then length'.split(' '),
  '',
];

/** Values as JSON text, so that what JSON.stringify cannot write is among them. */
const values = [
  ...'1 7 42 "7" "42" 0 -0 -1 0.5 2147483647 2147483648 9007199254740993 1e400 1714979289 null true false'.split(' '),
  ...'"" "a" "sent" "read" "text" "file" "image" "😀" "2024-05-06T07:08:09Z" "QUJD" "data:," "/9j/" "SEND_FILE"'.split(
    ' ',
  ),
  ...String.raw`"\ud800" "\u0000" {} [] [[]] [""] ["QUJD"] {"id":1} {"length":{"toString":1,"valueOf":1}}`.split(' '),
  ...'{"__proto__":{"polluted":1}} {"constructor":{"prototype":{"polluted":1}}} {"toString":1,"valueOf":1}'.split(' '),
];

/** A frame made from nothing: one of `types` or none of them, and whatever fields with whatever values. */
export function makeFrame(random: Random, types: readonly string[]): string {
  const type = random.oneIn(20) ? random.pick(values) : JSON.stringify(random.pick(types));
  const payload = random.oneIn(20) ? random.pick(values) : makeValue(random, 3);
  const extra = random.oneIn(10) ? `,${JSON.stringify(random.pick(fieldNames))}:${makeValue(random, 2)}` : '';
  return `{"type":${type},"payload":${payload}${extra}}`;
}

function makeValue(random: Random, depth: number): string {
  if (depth === 0 || random.oneIn(3)) return random.pick(values);
  const parts = Array.from({ length: random.below(depth * 4) }, () => {
    const value = makeValue(random, depth - 1);
    return { key: JSON.stringify(random.pick(fieldNames)), value };
  });
  return random.oneIn(4)
    ? `[${parts.map(({ value }) => value).join(',')}]`
    : `{${parts.map(({ key, value }) => `${key}:${value}`).join(',')}}`;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Bytes that mean something to JSON, to UTF-8 or to a string. */
const telling = [...encoder.encode('{}[]":,\\/0129.-+eEnulltruefalse \n\0\u007f')];
telling.push(0x80, 0xc3, 0xed, 0xf0, 0xff);

/** One of `texts` with one to three random changes, mostly to its values, else to its bytes. */
export function mutateText(random: Random, texts: readonly string[]): string {
  let text = random.pick(texts);
  for (let changes = 1 + random.below(3); changes > 0; changes -= 1) {
    text = random.oneIn(3) ? mutateBytes(random, text, texts) : swapValue(random, text);
  }
  return text;
}

/** Puts another value in the place of a number, string or word behind a colon. */
function swapValue(random: Random, text: string): string {
  const all = [...text.matchAll(/:("(?:[^"\\]|\\.)*"|[\w.+-]+)/g)];
  // The first is the type: without it nothing else is looked at.
  const found = all.length > 1 && !random.oneIn(10) ? all.slice(1) : all;
  if (found.length === 0) return text;
  const { index, 0: whole } = random.pick(found);
  return `${text.slice(0, index)}:${random.pick(values)}${text.slice(index + whole.length)}`;
}

function mutateBytes(random: Random, text: string, texts: readonly string[]): string {
  const bytes = [...encoder.encode(text)];
  const at = random.below(bytes.length + 1);
  const count = 1 + random.below(8);
  switch (random.below(6)) {
    case 0:
      bytes[at] = random.below(256);
      break;
    case 1:
      bytes.splice(at, 0, random.pick(telling));
      break;
    case 2:
      bytes.splice(at, count);
      break;
    case 3:
      bytes.splice(at, 0, ...bytes.slice(at, at + count * 8));
      break;
    case 4:
      bytes.length = at;
      break;
    default: {
      const other = encoder.encode(random.pick(texts));
      const from = random.below(other.length + 1);
      bytes.splice(at, count, ...other.subarray(from, from + count * 8));
    }
  }
  return decoder.decode(Uint8Array.from(bytes));
}
