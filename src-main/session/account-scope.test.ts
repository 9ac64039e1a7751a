import { expect, it } from 'vitest';
import { serverUrl, userId } from '../../src-shared/kernel/ids.ts';
import { createFakeClock, settle } from '../connection/testing/fake-clock.ts';
import { createEventOutlet } from '../event-outlet.ts';
import { createAsyncStore } from '../testing/async-store.ts';
import { createFakeLink } from '../testing/fake-link.ts';
import { noNetwork } from '../testing/no-network.ts';
import { createMemoryBlobs } from '../testing/memory-blobs.ts';
import { createAccountScope } from './account-scope.ts';

it('an account that could not be opened leaves nobody behind that goes on working on its store', async () => {
  const clock = createFakeClock();
  const store = createAsyncStore();
  const link = createFakeLink(clock);
  const me = userId(1);
  await store.store.open({ path: null, key: null, self: me });
  store.fail('getOutbox', 'store-unavailable');
  const opening = createAccountScope(
    { serverUrl: serverUrl('ws://x'), userId: me, username: 'ann', email: '', avatar: '' },
    link.link,
    {
      store: store.store,
      blobs: createMemoryBlobs(),
      token: () => null,
      httpGet: noNetwork,
      clock,
      random: { fraction: () => 0, wireInt: () => 1, bytes: (count) => new Uint8Array(count), uuid: () => '' },
      log: () => {},
      outlet: createEventOutlet(clock, () => {}),
      isFocused: () => true,
      onStoreFailed: () => {},
      onSetAside: () => {},
    },
  );
  await expect(opening).rejects.toThrow('getOutbox');
  const before = store.calls.length;
  link.ready();
  store.tellRestarted();
  await settle();
  expect(store.calls).toHaveLength(before);
});
