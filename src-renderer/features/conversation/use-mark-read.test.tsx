import { renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { rowId, userId } from '../../../src-shared/kernel/ids.ts';
import { ok } from '../../../src-shared/kernel/result.ts';
import { createFakeBridge } from '../../testing/fake-bridge.ts';
import { useMarkRead } from './use-mark-read.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it('reads nothing behind a locked screen, and what is still shown half a second after the unlocking', async () => {
  const fake = createFakeBridge({ 'messages:markRead': () => ok({}) });
  const { result } = renderHook(() => useMarkRead(userId(2), fake.bridge));
  fake.emit('app:screenLocked', { isLocked: true });
  result.current([rowId(7)], false);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(fake.callsTo('messages:markRead')).toEqual([]);
  fake.emit('app:screenLocked', { isLocked: false });
  await vi.advanceTimersByTimeAsync(499);
  expect(fake.callsTo('messages:markRead')).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(fake.callsTo('messages:markRead')).toEqual([{ peerId: userId(2), rowIds: [rowId(7)] }]);
});
