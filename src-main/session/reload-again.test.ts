import { expect, it } from 'vitest';
import { settle } from '../connection/testing/fake-clock.ts';
import { commandId, messageId } from '../../src-shared/kernel/ids.ts';
import { anna, createScopeRig, type ScopeRig } from '../testing/scope-rig.ts';

/** The store's process died after it had committed a message, and answered nobody. */
async function leaveUnanswered(rig: ScopeRig): Promise<void> {
  await rig.store.store.enqueueText({
    commandId: commandId('00000000-0000-4000-8000-0000000000ff'),
    peerId: anna,
    messageIds: [messageId(77)],
    text: 'left behind',
    isSentAtOnce: false,
    nowMs: 1,
  });
}

it('what only the store knows of goes out, although it could not be read when its process came back', async () => {
  const rig = await createScopeRig();
  await rig.ready();
  await leaveUnanswered(rig);
  rig.store.fail('getOutbox', 'store-unavailable', 2);
  rig.store.tellRestarted();
  await settle();
  expect(rig.written()).toEqual([]);
  await rig.clock.advance(20_000);
  expect(rig.written()).toEqual(['left behind']);
});

it('nobody asks again for an account that was closed', async () => {
  const rig = await createScopeRig();
  rig.store.fail('getOutbox', 'store-unavailable', 1);
  rig.store.tellRestarted();
  await settle();
  rig.scope().dispose();
  await settle();
  const calls = rig.store.calls.length;
  await rig.clock.advance(20_000);
  expect(rig.store.calls).toHaveLength(calls);
});
