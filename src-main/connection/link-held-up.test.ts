import { expect, it } from 'vitest';
import { ok, type Result } from '../../src-shared/kernel/result.ts';
import type { FrameReject } from '../../src-shared/protocol/frames.ts';
import type { InboundFrame } from './inbound-frame.ts';
import { settle } from './testing/fake-clock.ts';
import { contacts, createLinkRig } from './testing/link-rig.ts';

async function setUp() {
  const reading: ((frame: Result<InboundFrame, FrameReject>) => void)[] = [];
  const rig = createLinkRig({
    largeFrames: { decode: () => new Promise((resolve) => reading.push(resolve)), release: () => {} },
  });
  rig.link.start(rig.target);
  await rig.becomeReady();
  return { ...rig, reading };
}

it('is held up while a long frame arrives, and not by small ones', async () => {
  const { link, fake, clock } = await setUp();
  expect(link.heldUpAtMs()).toBe(-Infinity);
  fake.last().receive(1_000);
  expect(link.heldUpAtMs()).toBe(-Infinity);
  fake.last().receive(16 * 1_024);
  await clock.advance(1_000);
  expect(link.heldUpAtMs()).toBe(clock.monotonicMs());
  fake.last().say(contacts);
  expect(link.heldUpAtMs()).toBe(-Infinity);
});

it('is held up while a long frame is read, and tells afterwards until when it was', async () => {
  const { link, fake, clock, reading } = await setUp();
  fake.last().events.frame(new Uint8Array(300_000));
  await clock.advance(2_000);
  expect(link.heldUpAtMs()).toBe(2_000);
  reading[0]?.(ok(contacts));
  await settle();
  await clock.advance(3_000);
  expect(link.heldUpAtMs()).toBe(2_000);
});

it('is not held up any more by what the connection before was reading', async () => {
  const { link, fake } = await setUp();
  fake.last().events.frame(new Uint8Array(300_000));
  fake.last().end();
  await settle();
  expect(link.heldUpAtMs()).toBe(-Infinity);
});
