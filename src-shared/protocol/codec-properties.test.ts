import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxServerTextLength } from '../domain/limits.ts';
import { maxWireInt, messageId, userId } from '../kernel/ids.ts';
import { decodeClientFrame, decodeServerFrame, encodeClientFrame, encodeServerFrame } from './codec.ts';
import type { ClientFrame, ServerFailureKind, ServerFrame } from './frames.ts';
import { maxWireNameLength } from './limits.ts';

/** Frames as this program holds them: what it sends must come back as it was. */

const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\0', ''));
const name = fc
  .string({ unit: 'grapheme', maxLength: maxWireNameLength / 8 })
  .map((value) => value.replaceAll('\0', ''));
const token = text.filter((value) => value !== '');
const personId = fc.integer({ min: 1, max: maxWireInt }).map(userId);
const anyMessageId = fc.integer({ min: 0, max: maxWireInt }).map(messageId);
const timeMs = fc.integer({ min: 0, max: 253_402_300_799_999 });
const error = fc
  .string({ unit: 'grapheme', maxLength: maxServerTextLength / 8 })
  .map((value) => value.replaceAll('\0', '').trim());

const pair = { userId: personId, targetId: personId };
const envelope = { messageId: anyMessageId, senderId: personId, receiverId: personId };
const account = { userId: personId, username: name, email: name, avatar: text };
const kind = <Kind extends string>(value: Kind) => fc.constant(value);

const clientFrames: fc.Arbitrary<ClientFrame> = fc.oneof(
  fc.record({ kind: kind('log-in'), username: name, password: text }),
  fc.record({ kind: kind('log-in-by-token'), token }),
  fc.record({ kind: kind('log-out'), userId: personId }),
  fc.record({ kind: kind('register'), username: name, password: text, email: name }),
  fc.record({ kind: kind('update-profile'), ...account, password: text }),
  fc.record({ kind: kind('load-contacts'), userId: personId }),
  fc.record({ kind: fc.constantFrom('add-contact', 'delete-contact', 'load-messages', 'clear-messages'), ...pair }),
  fc.record({ kind: kind('send-message'), ...envelope, content: text }),
  fc.record({
    kind: fc.constantFrom('send-file', 'send-image'),
    ...envelope,
    name: text,
    slices: fc.array(fc.base64String()),
  }),
  fc.record({ kind: kind('mark-read'), messageId: anyMessageId }),
);

const contact = fc.record({ userId: personId, username: name, online: fc.boolean(), avatar: text });
const message = fc.record({
  id: anyMessageId,
  senderId: personId,
  receiverId: personId,
  content: text,
  timestampMs: fc.option(timeMs),
  status: fc.constantFrom('sent', 'read'),
  type: fc.constantFrom('text', 'file', 'image'),
});
const failureKinds: readonly ServerFailureKind[] = [
  'log-in-failed',
  'register-failed',
  'profile-update-failed',
  'contacts-load-failed',
  'contact-add-failed',
  'contact-delete-failed',
];

const serverFrames: fc.Arbitrary<ServerFrame> = fc.oneof(
  fc.record({ kind: fc.constantFrom('logged-in', 'registered'), account: fc.record(account), token }),
  fc.record({ kind: fc.constantFrom('logged-out', 'contact-deleted') }),
  fc.record({ kind: kind('profile-updated'), account: fc.record(account) }),
  fc.record({ kind: kind('contacts-loaded'), contacts: fc.array(contact) }),
  fc.record({ kind: kind('contact-added'), contact }),
  fc.record({ kind: fc.constantFrom(...failureKinds), error }),
  fc.record(
    { kind: kind('message-acknowledged'), messageId: anyMessageId, id: anyMessageId, timestampMs: timeMs },
    { requiredKeys: ['kind', 'messageId'] },
  ),
  fc.record({ kind: kind('message-received'), message }),
  fc.record({ kind: kind('messages-loaded'), messages: fc.array(message), droppedRows: fc.constant(0) }),
  fc.record({ kind: kind('history-cleared'), ...pair }),
);

test('a client frame that is encoded and decoded is itself', () => {
  fc.assert(
    fc.property(clientFrames, (frame) => {
      expect(decodeClientFrame(encodeClientFrame(frame))).toEqual({ ok: true, value: frame });
    }),
    { seed: 7, numRuns: 3_000 },
  );
});

test('a server frame that is encoded and decoded is itself', () => {
  fc.assert(
    fc.property(serverFrames, (frame) => {
      expect(decodeServerFrame(encodeServerFrame(frame))).toEqual({ ok: true, value: frame });
    }),
    { seed: 8, numRuns: 3_000 },
  );
});

test('any JSON and any text are decoded or turned down, never thrown at', () => {
  const texts = fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.string({ unit: 'binary-ascii' }));
  fc.assert(
    fc.property(texts, (frame) => {
      expect(() => [decodeClientFrame(frame), decodeServerFrame(frame)]).not.toThrow();
    }),
    { seed: 9, numRuns: 3_000 },
  );
});
