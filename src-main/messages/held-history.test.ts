import { expect, it } from 'vitest';
import { ok } from '../../src-shared/kernel/result.ts';
import { encodeServerFrame } from '../../src-shared/protocol/codec.ts';
import type { InboundFrame } from '../connection/inbound-frame.ts';
import { settle } from '../connection/testing/fake-clock.ts';
import { anna, createScopeRig, me, wire, type ScopeRig } from '../testing/scope-rig.ts';

/** What the connection gives for a large frame with these rows. */
async function held(rig: ScopeRig, text: string): Promise<InboundFrame> {
  const frame = await rig.store.store.decodeFrame({ bytes: new TextEncoder().encode(text) });
  if (!frame.ok) throw new Error(frame.error.reason);
  return frame.value;
}
const historyOf = (count: number): string =>
  encodeServerFrame({
    kind: 'messages-loaded',
    messages: Array.from({ length: count }, (_, i) => wire(i + 1, `m${i}`)),
    droppedRows: 0,
  });
const progressOf = (rig: ScopeRig) =>
  rig.told.flatMap((one) => (one.channel === 'conversations:historyProgress' ? [one.event] : []));

async function loadHeld(rig: ScopeRig, text: string) {
  await rig.ready();
  const frame = await held(rig, text);
  const { onRequest } = rig.link;
  rig.link.onRequest = (request) => (request.kind === 'load-messages' ? ok(frame as never) : onRequest(request));
  return rig.scope().history.load(anna);
}

it('a history that is held elsewhere is merged there, and the window is told how far it is to the end', async () => {
  const rig = await createScopeRig();
  expect((await loadHeld(rig, historyOf(2_500))).ok).toBe(true);
  expect(rig.shown().at(-1)).toBe('m2499:sent');
  expect(rig.store.heldCount()).toBe(0);
  const told = progressOf(rig);
  expect(told[0]).toEqual({ peerId: anna, done: 200, total: 2_500 });
  expect(told.at(-1)).toEqual({ peerId: anna, done: 0, total: 0 });
  await rig.clock.advance(100);
  expect(rig.told.some((one) => one.channel === 'messages:reordered')).toBe(true);
});

it('a clearing that came right behind it clears it', async () => {
  const rig = await createScopeRig();

  await rig.ready();
  const reply = await held(rig, historyOf(300));
  let answer = (): void => {};
  const { onRequest } = rig.link;
  rig.link.onRequest = (request) =>
    request.kind === 'load-messages'
      ? new Promise((resolve) => (answer = () => resolve(ok(reply as never))))
      : onRequest(request);
  rig.link.say({ kind: 'message-received', message: wire(1, 'm0') });
  await settle();
  const loading = rig.scope().history.load(anna);
  await settle();
  rig.link.onRequest = onRequest;
  // Both are read in one go.
  answer();
  rig.link.say({ kind: 'history-cleared', userId: me, targetId: anna });
  expect((await loading).ok).toBe(true);
  await settle();
  expect(rig.shown()).toEqual([]);
});

it('a short one is not worth telling', async () => {
  const rig = await createScopeRig();
  await loadHeld(rig, historyOf(300));
  expect(progressOf(rig)).toEqual([]);
});

it('what turns out to be no history is an unreadable reply', async () => {
  const rig = await createScopeRig();
  const broken = historyOf(3).replace('"m1"', 'm1');
  expect(await loadHeld(rig, broken)).toMatchObject({ ok: false, error: { code: 'invalid-reply' } });
  expect(rig.shown()).toEqual([]);
});

it('one that nobody asked for is let go of', async () => {
  const rig = await createScopeRig();
  await rig.ready();
  rig.link.say((await held(rig, historyOf(300))) as never);
  await settle();
  expect(rig.store.heldCount()).toBe(0);
  expect(rig.shown()).toEqual([]);
});

it('one that was lost with the store is asked for again', async () => {
  const rig = await createScopeRig();
  await rig.ready();
  rig.rows.push(wire(1, 'hello'));
  rig.store.fail('mergeHistory', 'store-unavailable');
  await expect(rig.scope().history.load(anna)).rejects.toMatchObject({ code: 'store-unavailable' });
  rig.store.tellRestarted();
  await settle();
  rig.scope().setViewed(anna);
  await settle();
  expect(rig.shown()).toEqual(['hello:sent']);
});

it('a history of an account that is closed over it tells the window nothing more', async () => {
  const rig = await createScopeRig();
  rig.store.store.onHistoryProgress(() => rig.scope().dispose());
  await loadHeld(rig, historyOf(2_500));
  const told = progressOf(rig);
  await settle();
  expect(told.filter(({ total }) => total === 0)).toEqual([]);
  expect(progressOf(rig)).toEqual(told);
});
