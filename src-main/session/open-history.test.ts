import { expect, it } from 'vitest';
import { serverUrl, userId } from '../../src-shared/kernel/ids.ts';
import type { Notice } from '../../src-shared/ipc/views.ts';
import { StoreFailure } from '../ports.ts';
import { createAsyncStore } from '../testing/async-store.ts';
import { openHistory } from './open-history.ts';

const fails = (code: string): Error => Object.assign(new Error('not written'), { code });

it.each<[string, Error, Notice['kind'][]]>([
  ['a full disk', fails('ENOSPC'), ['disk-full', 'store-unavailable']],
  ['a quota that is used up', fails('EDQUOT'), ['disk-full', 'store-unavailable']],
  ['a full disk that the store met', new StoreFailure('disk-full', 'open'), ['disk-full', 'store-unavailable']],
  ['a folder that is not ours', fails('EACCES'), ['store-unavailable']],
])('says of %s what it is, and keeps nothing', async (_, error, expected) => {
  const notices: Notice['kind'][] = [];
  const opened = await openHistory(
    {
      dir: '/nowhere',
      account: { userId: userId(1), serverUrl: serverUrl('ws://example.org:8080/') },
      wanted: 'keychain',
      secrets: {
        saveToken: async () => {},
        readToken: async () => null,
        deleteToken: async () => {},
        formerKeychain: async () => null,
        historyKey: () => Promise.reject(error),
      },
      vault: { status: () => 'keychain' },
      store: createAsyncStore().store,
      nowMs: 1,
    },
    (kind) => notices.push(kind),
  );
  expect(opened).toEqual({ history: 'memory', key: null });
  expect(notices).toEqual(expected);
});
