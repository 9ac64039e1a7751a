import { describe, expect, it } from 'vitest';
import { ok, type Result } from '../../src-shared/kernel/result.ts';
import { messageId } from '../../src-shared/kernel/ids.ts';
import type { FrameReject } from '../../src-shared/protocol/frames.ts';
import { encodeServerFrame } from '../../src-shared/protocol/codec.ts';
import { createFrameReader, readHere } from './frame-reader.ts';
import type { HeldId, InboundFrame } from './inbound-frame.ts';
import { settle } from './testing/fake-clock.ts';

const bytesOf = (frame: Parameters<typeof encodeServerFrame>[0], padding = 0): Uint8Array =>
  new TextEncoder().encode(encodeServerFrame(frame) + ' '.repeat(padding));
const ack = (id: number): Uint8Array => bytesOf({ kind: 'message-acknowledged', messageId: messageId(id) });
const large = (): Uint8Array => bytesOf({ kind: 'contacts-loaded', contacts: [] }, 64 * 1024);
const held: InboundFrame = { kind: 'history-held', held: 7 as HeldId, rowCount: 3 };

function setUp() {
  const waiting: ((frame: Result<InboundFrame, FrameReject>) => void)[] = [];
  const released: HeldId[] = [];
  const paused: boolean[] = [];
  const delivered: string[] = [];
  const reader = createFrameReader({
    largeFrames: {
      decode: () => new Promise((resolve) => waiting.push(resolve)),
      release: (id) => void released.push(id),
    },
    deliver: (frame) => void delivered.push(frame.ok ? frame.value.kind : frame.error.reason),
    setPaused: (isPaused) => void paused.push(isPaused),
  });
  const answer = async (frame: Result<InboundFrame, FrameReject>): Promise<void> => {
    waiting.shift()?.(frame);
    await settle();
  };
  return { reader, waiting, released, paused, delivered, answer };
}

describe('a large frame', () => {
  it('is read elsewhere, and what comes after it waits, in order, while the socket stands still', async () => {
    const { reader, waiting, paused, delivered, answer } = setUp();
    reader.take(ack(1));
    expect(delivered).toEqual(['message-acknowledged']);
    for (const bytes of [large(), ack(2), large(), ack(3)]) reader.take(bytes);
    expect(delivered).toHaveLength(1);
    expect([reader.isReading(), waiting.length, paused]).toEqual([true, 1, [true]]);
    await answer(ok(held));
    expect(delivered.slice(1)).toEqual(['history-held', 'message-acknowledged']);
    expect(waiting).toHaveLength(1);
    await answer({ ok: false, error: { reason: 'not-json' } });
    expect(delivered.slice(3)).toEqual(['not-json', 'message-acknowledged']);
    expect([reader.isReading(), paused]).toEqual([false, [true, false, true, false]]);
  });

  it('is let go of when the connection was left meanwhile, and nothing more is delivered', async () => {
    const { reader, released, delivered, paused, answer } = setUp();
    reader.take(large());
    reader.take(ack(1));
    reader.stop();
    expect(paused.at(-1)).toBe(false);
    await answer(ok(held));
    reader.take(ack(2));
    expect([released, delivered]).toEqual([[7], []]);
  });

  it('is read here where there is nowhere else', async () => {
    expect(await readHere.decode(large())).toEqual(ok({ kind: 'contacts-loaded', contacts: [] }));
  });
});
