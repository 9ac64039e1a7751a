import { describe, expect, test } from 'vitest';
import { maxServerTextLength } from '../domain/limits.ts';
import { clientFrameSchemas } from './client-frames.ts';
import { decodeClientFrame, decodeServerFrame, encodeClientFrame, encodeServerFrame } from './codec.ts';
import { goldenClientFrames } from './golden-client-frames.ts';
import { goldenServerFrames } from './golden-server-frames.ts';
import { maxDroppedRows, maxServerFrameBytes } from './limits.ts';
import { serverFrameSchemas } from './server-frames.ts';

const typeOf = (text: string): string => (JSON.parse(text) as { type: string }).type;
const push = (payload: string) => decodeServerFrame(`{"type":"MESSAGE_RECEIVED_OTHER","payload":${payload}}`);

describe('golden frames', () => {
  test.each(goldenClientFrames)('client: $name', ({ text, frame, isSent }) => {
    expect(decodeClientFrame(text)).toStrictEqual({ ok: true, value: frame });
    if (isSent) expect(encodeClientFrame(frame)).toBe(text);
  });

  test.each(goldenServerFrames)('server: $name', ({ text, frame, isSent }) => {
    expect(decodeServerFrame(text)).toStrictEqual({ ok: true, value: frame });
    if (isSent) expect(encodeServerFrame(frame)).toBe(text);
  });

  test('cover every type of both directions', () => {
    expect(new Set(goldenClientFrames.map(({ text }) => typeOf(text)))).toEqual(new Set(clientFrameSchemas.keys()));
    expect(new Set(goldenServerFrames.map(({ text }) => typeOf(text)))).toEqual(new Set(serverFrameSchemas.keys()));
  });
});

describe('a frame is turned down', () => {
  const deep = (depth: number) =>
    `{"type":"LOGOUT_SUCCESS","payload":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
  const cases: readonly (readonly [string, string, string])[] = [
    ['that is empty', '', 'not-json'],
    ['that is cut off', '{"type":"LOGIN_FAILURE","payload":{"error":"x"', 'not-json'],
    ['that is an array', '[]', 'not-a-frame'],
    ['that is null', 'null', 'not-a-frame'],
    ['whose type is no string', '{"type":1}', 'not-a-frame'],
    ['without a type', '{"payload":{}}', 'not-a-frame'],
    ['whose type nobody knows', '{"type":"HELLO"}', 'unknown-type'],
    ['whose type is a key of objects', '{"type":"__proto__","payload":{}}', 'unknown-type'],
    ['that nests 33 deep', deep(33), 'too-deep'],
    ['that nests 100,000 deep', deep(100_000), 'too-deep'],
    ['that is too large', ' '.repeat(maxServerFrameBytes + 1), 'too-large'],
    ['whose payload is a string', '{"type":"LOGIN_FAILURE","payload":"x"}', 'invalid-payload'],
    ['of contacts that are no array', '{"type":"CONTACTS_LOADED","payload":{"contacts":{}}}', 'invalid-payload'],
    ['of messages that are no array', '{"type":"MESSAGES_LOADED","payload":{"messages":{}}}', 'invalid-payload'],
    [
      'of nothing but bad rows',
      `{"type":"MESSAGES_LOADED","payload":[0${',0'.repeat(maxDroppedRows)}]}`,
      'invalid-payload',
    ],
    [
      'of nothing but bad contacts',
      `{"type":"CONTACTS_LOADED","payload":{"contacts":[{}${',{}'.repeat(maxDroppedRows)}]}}`,
      'invalid-payload',
    ],
    ['of a login without a token', '{"type":"LOGIN_SUCCESS","payload":{"userId":1,"username":"a"}}', 'invalid-payload'],
  ];
  test.each(cases)('%s', (_name, text, reason) => {
    expect(decodeServerFrame(text)).toMatchObject({ ok: false, error: { reason } });
  });

  test('but not one that nests 32 deep', () => {
    expect(decodeServerFrame(deep(32))).toMatchObject({ ok: true });
  });

  test('and brackets inside of strings are no nesting', () => {
    const error = '[{'.repeat(100);
    expect(
      decodeServerFrame(JSON.stringify({ type: 'LOGIN_FAILURE', payload: { error: `"\\${error}` } })),
    ).toMatchObject({ ok: true });
  });

  test('and is counted by the first 40 characters of its type', () => {
    expect(decodeServerFrame(JSON.stringify({ type: `${'x'.repeat(39)}😀` }))).toEqual({
      ok: false,
      error: { reason: 'unknown-type', type: 'x'.repeat(39) },
    });
  });
});

describe('an id', () => {
  const withId = (id: string) => decodeServerFrame(`{"type":"MESSAGE_RECEIVED_SELF","payload":{"messageId":${id}}}`);

  test.each([
    ['0', 0],
    ['-0', 0],
    ['42.0', 42],
    ['1e3', 1000],
    ['2147483647', 2_147_483_647],
    ['"42"', 42],
  ])('%s is %d', (id, expected) => {
    const result = withId(id);
    expect(result).toMatchObject({ ok: true, value: { messageId: expected } });
    expect(JSON.stringify(result)).not.toContain('-0');
  });

  test.each([
    '-1',
    '0.5',
    '2147483648',
    '9007199254740993',
    '1e400',
    'null',
    'true',
    '[1]',
    '{}',
    '""',
    '" 42"',
    '"042"',
    '"4.0"',
    '"-1"',
    '"0x1"',
  ])('is never %s', (id) => {
    expect(withId(id)).toMatchObject({ ok: false, error: { reason: 'invalid-payload' } });
  });

  test('of a person is never 0', () => {
    expect(decodeClientFrame('{"type":"LOGOUT","payload":{"userId":0}}').ok).toBe(false);
  });
});

describe('history cleared', () => {
  test.each(['id', 'senderId', 'receiverId', 'content'])('is never read from a frame that has "%s"', (field) => {
    for (const value of ['null', '1', '""', '{}']) {
      expect(push(`{"userId":7,"targetUserId":42,"${field}":${value}}`).ok).toBe(false);
    }
  });

  test.each([
    '{"userId":7}',
    '{"targetUserId":42}',
    '{"userId":7,"targetUserId":null}',
    '{"userId":7.5,"targetUserId":42}',
    '[]',
    '{}',
  ])('is never read from %s', (payload) => {
    expect(push(payload).ok).toBe(false);
  });
});

describe('text', () => {
  test('is well formed and without U+0000', () => {
    expect(push(String.raw`{"id":1,"senderId":1,"receiverId":2,"content":"a\u0000b\ud800c"}`)).toMatchObject({
      ok: true,
      value: { message: { content: 'a\uFFFDb\uFFFDc' } },
    });
  });

  test('of an error is trimmed and cut to what a form shows, never through a character', () => {
    const error = `  ${'x'.repeat(maxServerTextLength - 1)}😀 and more`;
    expect(decodeServerFrame(JSON.stringify({ type: 'LOGIN_FAILURE', payload: { error } }))).toEqual({
      ok: true,
      value: { kind: 'log-in-failed', error: 'x'.repeat(maxServerTextLength - 1) },
    });
  });

  test.each([
    ['{"error":null}', ''],
    ['{"error":404}', '404'],
    ['{"error":{"code":1}}', ''],
    ['{}', ''],
  ])('of an error that is %s reads as "%s"', (payload, error) => {
    expect(decodeServerFrame(`{"type":"LOGIN_FAILURE","payload":${payload}}`)).toEqual({
      ok: true,
      value: { kind: 'log-in-failed', error },
    });
  });
});

describe('what is decoded', () => {
  test('never carries a password that a server repeats', () => {
    const text = '{"type":"PROFILE_UPDATED_SUCCESS","payload":{"userId":1,"username":"a","password":"canary-1"}}';
    expect(JSON.stringify(decodeServerFrame(text))).not.toContain('canary-1');
  });

  test('is not touched by keys that mean something to objects', () => {
    const hostile =
      '{"__proto__":{"type":"x"},"type":"MESSAGE_RECEIVED_OTHER","payload":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1,"id":1,"senderId":1,"receiverId":2,"content":{"__proto__":{"polluted":1},"toJSON":"x"}}}';
    const result = decodeServerFrame(hostile);
    expect(result.ok && result.value.kind === 'message-received' && Object.keys(result.value.message)).toEqual([
      'id',
      'senderId',
      'receiverId',
      'content',
      'timestampMs',
      'status',
      'type',
    ]);
    expect('polluted' in {}).toBe(false);
    expect(
      decodeServerFrame('{"type":"LOGIN_SUCCESS","payload":{"__proto__":{"userId":1,"username":"a","token":"t"}}}').ok,
    ).toBe(false);
  });

  test.each(['{"length":{"toString":1,"valueOf":1}}', '{"toString":1,"valueOf":1}', '{"then":1,"toJSON":1}'])(
    'is nothing where %s stands for any of its values',
    (hostile) => {
      for (const { text } of [...goldenClientFrames, ...goldenServerFrames]) {
        const { type, payload } = JSON.parse(text) as { type: string; payload?: object };
        const fields = Object.keys(payload ?? {});
        for (const field of fields) {
          const spoilt = JSON.stringify({ type, payload: { ...payload, [field]: 0 } }).replace(
            `"${field}":0`,
            `"${field}":${hostile}`,
          );
          expect(() => [decodeClientFrame(spoilt), decodeServerFrame(spoilt)]).not.toThrow();
        }
        const spoilt = `{"type":"${type}","payload":${hostile}}`;
        expect(() => [decodeClientFrame(spoilt), decodeServerFrame(spoilt)]).not.toThrow();
      }
    },
  );

  test('is all of a long history', () => {
    const row = {
      senderId: 1,
      receiverId: 2,
      content: 'Hello there, how are you today? 你好',
      timestamp: '2024-05-06T07:08:09.123Z',
      status: 'sent',
      type: 'text',
    };
    const rows = Array.from({ length: 20_000 }, (_, id) => ({ id, ...row }));
    const result = decodeServerFrame(JSON.stringify({ type: 'MESSAGES_LOADED', payload: rows }));
    expect(result.ok && result.value.kind === 'messages-loaded' && result.value.messages.length).toBe(rows.length);
  });
});
