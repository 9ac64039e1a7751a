import { expect, it } from 'vitest';
import { settle } from '../connection/testing/fake-clock.ts';
import { anna, createScopeRig, me, wire } from '../testing/scope-rig.ts';

it('a clearing does not clear what came after it, however often it could not be written', async () => {
  const rig = await createScopeRig();
  await rig.ready();
  rig.link.say({ kind: 'message-received', message: wire(1, 'before') });
  await settle();
  rig.store.fail('applyCleared', 'store-unavailable', 2);
  rig.store.fail('getLastPosition', 'store-unavailable');
  rig.link.say({ kind: 'history-cleared', userId: me, targetId: anna });
  rig.link.say({ kind: 'message-received', message: wire(2, 'after') });
  rig.rows.push(wire(2, 'after'));
  await settle();
  expect(rig.shown()).toEqual(['before:sent', 'after:sent']);
  await rig.clock.advance(10_000);
  expect(rig.shown()).toEqual(['after:sent']);
  // One clearing is paid once.
  expect(rig.store.calls.filter((name) => name === 'applyCleared')).toHaveLength(3);
});
