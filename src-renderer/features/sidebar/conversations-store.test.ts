import { expect, test } from 'vitest';
import { userId } from '../../../src-shared/kernel/ids.ts';
import { ok } from '../../../src-shared/kernel/result.ts';
import { createFakeBridge } from '../../testing/fake-bridge.ts';
import { aConversation } from '../../testing/views.ts';
import {
  createConversationsStore,
  orderedConversations,
  viewConversation,
  withConversations,
  withHistoryProgress,
  withoutConversations,
} from './conversations-store.ts';

const empty = createConversationsStore().getState();
const three = withConversations(empty, [
  aConversation(1, { activeAtMs: 10 }),
  aConversation(2, { activeAtMs: 30 }),
  aConversation(3, { activeAtMs: 20 }),
]);
const order = (state: typeof empty) => orderedConversations(state.byPeerId)?.map((conversation) => conversation.peerId);

test('conversations are listed by last activity, the latest first', () => {
  expect(order(three)).toEqual([2, 3, 1]);
  expect(order(withConversations(three, [aConversation(1, { activeAtMs: 40 })]))).toEqual([1, 2, 3]);
});

test('nothing is known until main has said, which is not the same as none', () => {
  expect(order(empty)).toBeUndefined();
  expect(order(withConversations(empty, []))).toEqual([]);
});

test('a removed conversation leaves the list and not the screen', () => {
  const state = withoutConversations({ ...three, viewedPeerId: userId(2) }, [userId(2)]);
  expect(order(state)).toEqual([3, 1]);
  expect(state.viewedPeerId).toBe(2);
});

test('how far a long history is is known in whole percent until it is done or given up', () => {
  const of = (done: number, total: number) => ({ peerId: userId(2), done, total });
  const loading = withHistoryProgress(three, of(2_999, 5_000));
  expect([...loading.loadedPercents]).toEqual([[2, 59]]);
  expect(withHistoryProgress(loading, of(5_000, 5_000)).loadedPercents.size).toBe(0);
  expect(withHistoryProgress(loading, of(0, 0)).loadedPercents.size).toBe(0);
});

test('main is told once which conversation is on screen', async () => {
  const store = createConversationsStore();
  const fake = createFakeBridge({ 'conversations:setViewed': () => ok({}) });
  await viewConversation({ store, bridge: fake.bridge }, userId(2));
  await viewConversation({ store, bridge: fake.bridge }, userId(2));
  await viewConversation({ store, bridge: fake.bridge }, null);
  expect(fake.callsTo('conversations:setViewed')).toEqual([{ peerId: 2 }, { peerId: null }]);
});
