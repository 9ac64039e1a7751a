import { expect, it } from 'vitest';
import { settle } from '../connection/testing/fake-clock.ts';
import { anna, createScopeRig, wire, type ScopeRig } from '../testing/scope-rig.ts';

const toldOn = (rig: ScopeRig, channel: string): unknown[] =>
  rig.told.filter((one) => one.channel === channel).map((one) => one.event);

it('a file set aside while in use is said, and the window asks for everything again', async () => {
  const rig = await createScopeRig();
  rig.server.contacts = [{ userId: anna, username: 'Anna', avatar: '', online: true }];
  await rig.ready();
  rig.link.say({ kind: 'message-received', message: wire(1, 'kept by the server') });
  await settle();
  await rig.lose();
  rig.told.length = 0;

  rig.store.replaceDamaged();
  await rig.clock.advance(100);
  expect(rig.setAside).toEqual([{ messages: 0, drafts: 0 }]);
  expect(toldOn(rig, 'messages:reordered')).toEqual([{ peerId: anna }]);
  expect(toldOn(rig, 'conversations:removed')).toEqual([[anna]]);
  expect(rig.shown()).toEqual([]);

  rig.rows.push(wire(1, 'kept by the server'));
  await rig.ready();
  expect(rig.shown()).toEqual(['kept by the server:sent']);
});

it('a restart with the same file is not told, but what the old process did not live to say is shown', async () => {
  const rig = await createScopeRig();
  await rig.ready();
  rig.store.look().applyPushed({ messages: [wire(1, 'committed')], nowMs: 1 });
  rig.told.length = 0;
  rig.store.tellRestarted();
  await rig.clock.advance(100);
  expect(rig.setAside).toEqual([]);
  expect(toldOn(rig, 'messages:reordered')).toEqual([{ peerId: anna }]);
  expect(toldOn(rig, 'conversations:upserted')).toMatchObject([[{ peerId: anna, unreadCount: 1 }]]);
});

it('what the store answers after its account was closed is told to nobody', async () => {
  const rig = await createScopeRig();
  await rig.ready();
  await rig.send('hello');
  await rig.clock.advance(100);
  rig.told.length = 0;
  const release = rig.store.hold();
  const scope = rig.scope();
  const blocking = scope.store.setBlocked({ userId: anna, isBlocked: true }).then(scope.publish);
  const refreshing = scope.contacts.refresh();
  await settle();
  scope.dispose();
  release();
  await Promise.all([blocking, refreshing]);
  await rig.clock.advance(100);
  expect(rig.told).toEqual([]);
});
