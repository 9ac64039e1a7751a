import { expect, it } from 'vitest';
import { appError } from '../../../src-shared/kernel/app-error.ts';
import { rowId, userId } from '../../../src-shared/kernel/ids.ts';
import { err, ok } from '../../../src-shared/kernel/result.ts';
import { createFakeBridge, type FakeBridge } from '../../testing/fake-bridge.ts';
import { aMessage } from '../../testing/views.ts';
import { createMediaList, type MediaList } from './media-list.ts';

const picture = (id: number) => aMessage(2, `${id}.png`, { kind: 'image', rowId: rowId(id), position: id });

/** Nine pictures in pages of three. */
function listOfNine(): { fake: FakeBridge; list: MediaList } {
  const fake = createFakeBridge({
    'messages:listMedia': ({ before }) => {
      const from = (before ?? 10) - 1;
      const ids = [from, from - 1, from - 2].filter((id) => id > 0);
      return ok({ messages: ids.map(picture), hasMore: from > 3 });
    },
  });
  const list = createMediaList(fake.bridge, userId(2), 'image');
  list.connect();
  return { fake, list };
}
const idsOf = (list: MediaList): number[] => list.store.getState().messages.map((message) => message.rowId);

it('comes page by page, the latest first, once however often it is asked for', async () => {
  const { fake, list } = listOfNine();
  await Promise.all([list.loadMore(), list.loadMore()]);
  expect(idsOf(list)).toEqual([9, 8, 7]);
  await list.loadMore();
  await list.loadMore();
  await list.loadMore();
  expect(idsOf(list)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(fake.callsTo('messages:listMedia').map(({ before }) => before)).toEqual([null, 7, 4]);
});

it('is loaded as far as a certain picture', async () => {
  const { fake, list } = listOfNine();
  await list.loadUntil(rowId(5));
  expect(idsOf(list)).toEqual([9, 8, 7, 6, 5, 4]);
  await list.loadUntil(rowId(99));
  expect(fake.callsTo('messages:listMedia')).toHaveLength(3);
});

it('follows what is added, changed and removed, but for what its pages do not reach yet', async () => {
  const { fake, list } = listOfNine();
  await list.loadMore();
  fake.emit('messages:upserted', [
    picture(10),
    { ...picture(8), text: 'renamed.png' },
    picture(2),
    { ...picture(11), peerId: userId(3) },
    { ...picture(12), kind: 'file' },
  ]);
  fake.emit('messages:removed', [{ peerId: userId(2), rowId: rowId(9) }]);
  expect(idsOf(list)).toEqual([10, 8, 7]);
  expect(list.store.getState().messages[1]?.text).toBe('renamed.png');
});

it('is asked for again when positions changed', async () => {
  const { fake, list } = listOfNine();
  await list.loadMore();
  await list.loadMore();
  fake.emit('messages:reordered', { peerId: userId(2) });
  await list.loadMore();
  expect(idsOf(list)).toEqual([9, 8, 7]);
});

it('says that a page could not be had, and can be asked again', async () => {
  const { fake, list } = listOfNine();
  fake.answer('messages:listMedia', () => err(appError('store-unavailable')));
  await list.loadMore();
  expect(list.store.getState()).toMatchObject({ error: { code: 'store-unavailable' }, isLoading: false });
  fake.answer('messages:listMedia', () => ok({ messages: [picture(1)], hasMore: false }));
  await list.loadMore();
  expect(idsOf(list)).toEqual([1]);
  expect(list.store.getState().error).toBeNull();
});
