import { act, renderHook } from '@testing-library/react';
import { expect, it } from 'vitest';
import { rowId, userId } from '../../../src-shared/kernel/ids.ts';
import { ok } from '../../../src-shared/kernel/result.ts';
import { createDeferred } from '../../testing/deferred.ts';
import { createFakeBridge } from '../../testing/fake-bridge.ts';
import { aMessage } from '../../testing/views.ts';
import { useRemovedTotal } from './use-removed-total.ts';

const peerId = userId(1);

async function show(total: number) {
  const fake = createFakeBridge({ 'messages:listRemoved': () => ok({ removed: [], total }) });
  const { result } = renderHook(() => useRemovedTotal(fake.bridge, peerId));
  await act(async () => {});
  return { fake, result, asks: () => fake.callsTo('messages:listRemoved').length };
}

it('asks once more for all that happens while an answer is on its way, and believes the last one', async () => {
  const { fake, result, asks } = await show(3);
  expect([result.current, asks()]).toEqual([3, 1]);
  const answers = [createDeferred<number>(), createDeferred<number>()];
  let at = 0;
  fake.answer('messages:listRemoved', async () => ok({ removed: [], total: (await answers[at++]?.promise) ?? -1 }));
  await act(async () => {
    for (let n = 0; n < 60; n += 1) fake.emit('messages:upserted', [aMessage(1, 'back')]);
  });
  expect(asks()).toBe(2);
  await act(async () => answers[0]?.resolve(2));
  expect(asks()).toBe(3);
  await act(async () => answers[1]?.resolve(0));
  expect([result.current, asks()]).toEqual([0, 3]);
});

it('does not ask because of messages that come where nothing can be brought back', async () => {
  const { fake, result, asks } = await show(0);
  await act(async () => fake.emit('messages:upserted', [aMessage(1, 'new')]));
  expect(asks()).toBe(1);
  fake.answer('messages:listRemoved', () => ok({ removed: [], total: 1 }));
  await act(async () => fake.emit('messages:removed', [{ peerId, rowId: rowId(1) }]));
  expect([result.current, asks()]).toEqual([1, 2]);
});
