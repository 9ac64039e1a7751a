import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeServerFrame } from '../../src-shared/protocol/codec.ts';
import type { WireMessage } from '../../src-shared/protocol/frames.ts';
import { outlineRows } from './frame-outline.ts';
import { decodeLargeFrame, type LargeFrame } from './large-frame.ts';
import { drain } from './steps.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function rowsOf(frame: LargeFrame): readonly WireMessage[] | null {
  if ('frame' in frame) return null;
  const messages: WireMessage[] = [];
  for (let index = 0; index < frame.history.chunkCount; index += 1) {
    const chunk = frame.history.readChunk(index);
    if (!chunk.ok) return null;
    messages.push(...chunk.value.messages);
  }
  return messages;
}

/** What comes of a frame read in pieces must be what comes of it read at once. */
function expectSame(text: string): void {
  const whole = decodeServerFrame(text);
  const pieces = drain(decodeLargeFrame(bytesOf(text)));
  if (pieces.ok && 'history' in pieces.value) {
    const read = rowsOf(pieces.value);
    if (!whole.ok || whole.value.kind !== 'messages-loaded') expect(read).toBeNull();
    else expect(read).toEqual(whole.value.messages);
  } else if (pieces.ok) expect(pieces).toEqual({ ok: true, value: { frame: whole.ok ? whole.value : null } });
  else expect(pieces).toEqual(whole);
}

const row = (id: number, content: unknown = `text ${id}`): unknown => ({
  id,
  senderId: 1,
  receiverId: 2,
  content,
  timestamp: '2026-01-02T03:04:05Z',
  status: 'read',
  type: 'text',
});
const loaded = (payload: unknown): string => JSON.stringify({ type: 'MESSAGES_LOADED', payload });

describe('a large frame', () => {
  it('that is a history comes in pieces of whole rows, and none is missing', () => {
    const rows = Array.from({ length: 5_000 }, (_, i) => row(i, `[{"}],\\" \u2028 你好 ${i}`));
    const frame = drain(decodeLargeFrame(bytesOf(loaded(rows))));
    if (!frame.ok || !('history' in frame.value)) throw new Error('no history');
    expect(frame.value.history.rowCount).toBe(5_000);
    expect(frame.value.history.chunkCount).toBeGreaterThan(3);
    expect(rowsOf(frame.value)?.map((message) => message.id)).toEqual(rows.map((_, i) => i));
  });

  it.each([
    loaded([]),
    loaded({ messages: [row(1), row(2)] }),
    loaded([row(1), 7, null, [row(2)], { messages: [row(3)] }]),
    ` { "payload" : [ ${JSON.stringify(row(1))} , ${JSON.stringify(row(2))} ] , "type" : "MESSAGES_LOADED" } `,
    `{"pay\\u006coad":[${JSON.stringify(row(1))}],"type":"MESSAGES_LOADED"}`,
    '{"type":"MESSAGES_LOADED","payload":[1],"payload":[2]}',
    '{"type":"MESSAGES_LOADED","payload":[1],"payload":5}',
    '{"type":"MESSAGES_LOADED","payload":5,"payload":[]}',
    '{"type":"MESSAGES_LOADED","payload":{"messages":[],"messages":[1]}}',
    '{"type":"MESSAGES_LOADED","payload":{"messages":[1]},"payload":{"x":1}}',
    '{"type":"MESSAGES_LOADED","payload":{"messages":[1]},"payload":7}',
    '{"type":"MESSAGES_LOADED","x":{"messages":[1]}}',
    '{"type":"MESSAGES_LOADED","payload":[1,]}',
    '{"type":"MESSAGES_LOADED","payload":[,]}',
    '{"type":"MESSAGES_LOADED","payload":[1}}',
    '{"type":"MESSAGES_LOADED","payload":[1]',
    '{"type":"MESSAGES_LOADED","payload":[1]}}',
    '{"type":"MESSAGES_LOADED","payload":[1]]',
    '{"type":"MESSAGES_LOADED","payload":"[1]"}',
    JSON.stringify({ type: 'CONTACTS_LOADED', payload: { contacts: [{ contactId: 2, username: 'a' }] } }),
    JSON.stringify({ type: 'CONTACTS_LOADED', payload: [row(1)] }),
    JSON.stringify({ type: 'FROM_THE_FUTURE', payload: [1] }),
    `{"type":"MESSAGES_LOADED","payload":[${'['.repeat(40)}${']'.repeat(40)}]}`,
    '[1]',
    'nothing',
    'x[1]',
    '"half',
    '{"type":"MESSAGES_LOADED","payload":"[1]}',
    ' \t\r\n{"type":"MESSAGES_LOADED","payload":[1]}\n',
    '-7',
    '',
  ])('reads in pieces as it reads at once: %s', expectSame);

  it.each(['x'.repeat(99), '"x', '{"type":"X"', '{"type":"X"}}', '[[]', ' '])(
    'that is plainly no JSON is refused before a string is made of it: %s',
    (text) => {
      expect(drain(outlineRows(bytesOf(text)))).toEqual({ ok: false, error: { reason: 'not-json' } });
    },
  );

  it('reads in pieces as it reads at once, whatever it is', () => {
    const cell = fc.oneof(fc.constant(row(3)), fc.jsonValue({ maxDepth: 3 }));
    const payload = fc.oneof(fc.array(cell), fc.record({ messages: fc.array(cell) }), fc.jsonValue({ maxDepth: 3 }));
    const frame = fc.record({
      type: fc.constantFrom('MESSAGES_LOADED', 'CONTACTS_LOADED', 'X'),
      payload,
      extra: fc.jsonValue({ maxDepth: 2 }),
    });
    fc.assert(
      fc.property(frame, fc.boolean(), fc.nat(400), (value, isBroken, at) => {
        const text = JSON.stringify(value);
        expectSame(isBroken ? text.slice(0, at % text.length) + text.slice((at % text.length) + 1) : text);
      }),
      { numRuns: 1_000 },
    );
  });
});
