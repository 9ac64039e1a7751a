import { z } from 'zod';
import type { Random } from '../../src-shared/protocol/random.ts';

/** What is used of JSON schema: that of a channel is made from its zod schema, so that no channel is forgotten. */
type Shape = {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxLength?: number;
};

export function shapeOf(schema: z.ZodType): Shape {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
}

/** A payload for this channel, as a page gone bad might send it: sound, nearly sound, or anything at all. */
export function makePayload(random: Random, shape: Shape): unknown {
  if (random.oneIn(6)) return hostile(random);
  const sound = makeSound(random, shape);
  return random.oneIn(3) ? sound : spoil(random, sound);
}

const words = [
  'a',
  '你好',
  'ws://here:1/',
  'https://example.org/',
  'file:///etc/passwd',
  '<b>',
  '\u202Ex',
  "'; --",
  ' ',
];
const names = ['__proto__', 'constructor', 'prototype', 'toString', 'peerId', 'then', '', '0'];

function makeSound(random: Random, shape: Shape): unknown {
  const choices = shape.anyOf ?? shape.oneOf;
  if (choices !== undefined) return makeSound(random, random.pick(choices));
  if (shape.enum !== undefined) return random.pick(shape.enum);
  if ('const' in shape) return shape.const;
  switch (shape.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(shape.properties ?? {})
          .filter(([name]) => shape.required?.includes(name) === true || random.oneIn(2))
          .map(([name, inner]) => [name, makeSound(random, inner)]),
      );
    case 'array':
      return Array.from({ length: (shape.minItems ?? 0) + random.below(4) }, () =>
        makeSound(random, shape.items ?? { type: 'null' }),
      );
    case 'integer':
    case 'number':
      return makeNumber(random, shape);
    case 'boolean':
      return random.oneIn(2);
    case 'string':
      return makeText(random, shape);
    case 'null':
      return null;
    default:
      // What JSON has no word for: bytes.
      return Uint8Array.from({ length: 1 + random.below(20) }, () => random.below(256));
  }
}

/** Mostly small, so that calls meet on the same people and rows; else at the edges. */
function makeNumber(random: Random, { type, minimum = -1_000, maximum = 1e9 }: Shape): number {
  const low = Math.min(maximum, minimum + random.below(20));
  if (type === 'number' && random.oneIn(4)) return low + 0.5;
  return random.pick([low, low, low, minimum, maximum, Math.floor((minimum + maximum) / 2)]);
}

/** The name of bytes that are kept. */
const blobPattern = '^[0-9a-f]{64}$';

function makeText(random: Random, { format, pattern, maxLength = 100 }: Shape): string {
  const hex = (length: number): string => Array.from({ length }, () => random.below(16).toString(16)).join('');
  if (pattern === blobPattern) return hex(64);
  if (format === 'uuid') return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
  if (random.oneIn(10)) return 'x'.repeat(maxLength);
  return Array.from({ length: 1 + random.below(4) }, () => random.pick(words))
    .join('')
    .slice(0, maxLength);
}

/** One thing wrong, anywhere inside. */
function spoil(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random.oneIn(4)) return hostile(random);
  const entries = Object.entries(value);
  const at = random.below(Math.max(1, entries.length));
  if (Array.isArray(value)) return value.map((inner: unknown, i) => (i === at ? spoil(random, inner) : inner));
  const spoilt = entries.map(([name, inner], i): [string, unknown] => [name, i === at ? spoil(random, inner) : inner]);
  if (random.oneIn(3)) spoilt.push([random.pick(names), hostile(random)]);
  if (random.oneIn(4)) spoilt.splice(at, 1);
  // Own properties, `__proto__` too.
  return Object.fromEntries(spoilt);
}

const huge = 'x'.repeat(2_000_000);
const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i += 1) value = i % 2 === 0 ? [value] : { value };
  return value;
}

/** Too much of something; slow to copy, so they are rare. */
const largeValues: readonly (() => unknown)[] = [
  () => huge,
  () => Array.from<number>({ length: 100_000 }).fill(7),
  () => nested(1_000),
  () => Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`k${i}`, i])),
];

/** Everything that the structured clone of IPC lets through. */
const hostileValues: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => true,
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => -0,
  () => -1,
  () => 0,
  () => 1.5,
  () => 2 ** 31,
  () => 2 ** 53,
  () => 10n ** 40n,
  () => '',
  () => '\0',
  () => '\uD800',
  () => '7',
  () => [],
  () => Array.from({ length: 300 }, (_, i) => i + 1),
  // oxlint-disable-next-line no-sparse-arrays -- holes are what is meant
  () => [, 1],
  () => ({}),
  () => JSON.parse('{"__proto__":{"isSpoilt":true},"constructor":{"prototype":{"isSpoilt":true}}}') as unknown,
  () => nested(50),
  () => cyclic,
  () => new Date(Number.NaN),
  () => new Map<unknown, unknown>([[{}, cyclic]]),
  () => new Set([1]),
  () => /(a+)+$/,
  () => new Error('x'),
  () => new Uint8Array(1_000),
  () => new ArrayBuffer(8),
];

const hostile = (random: Random): unknown => random.pick(random.oneIn(100) ? largeValues : hostileValues)();
