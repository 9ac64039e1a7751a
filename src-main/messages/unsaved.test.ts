import { expect, it } from 'vitest';
import { settle } from '../connection/testing/fake-clock.ts';
import { anna, createScopeRig, wire, type ScopeRig } from '../testing/scope-rig.ts';

const push = (rig: ScopeRig, id: number, content: string): void =>
  rig.link.say({ kind: 'message-received', message: wire(id, content) });

it('what could not be kept stays on screen when the store is replaced and when its conversation is opened again', async () => {
  const rig = await createScopeRig();
  await rig.ready();
  push(rig, 1, 'kept');
  await settle();
  rig.rows.push(wire(1, 'kept'), wire(2, 'not kept'));
  rig.store.fail('applyPushed', 'disk-full');
  push(rig, 2, 'not kept');
  await settle();
  rig.store.fail('mergeHistory', 'disk-full', 2);
  rig.told.length = 0;
  rig.store.tellRestarted();
  await settle();
  await rig.clock.advance(100);
  expect(rig.told.map((one) => one.channel)).not.toContain('messages:removed');
  const texts = async (): Promise<string[]> =>
    (await rig.scope().getPage({ peerId: anna, anchor: { kind: 'newest' }, limit: 50 })).messages.map(
      ({ text }) => text,
    );
  expect(await texts()).toEqual(['kept', 'not kept']);
  expect((await rig.scope().conversations())[0]).toMatchObject({ lastMessage: { text: 'not kept' }, unreadCount: 2 });
  await rig.clock.advance(30_000);
  expect(await texts()).toEqual(['kept', 'not kept']);
  expect(rig.shown()).toEqual(['kept:sent', 'not kept:sent']);
});
