import { renderHook } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { rowId } from '../../../src-shared/kernel/ids.ts';
import { aMessage, me } from '../../testing/views.ts';
import { useAnnouncement } from './use-announcement.ts';

const mine = (id: number, text: string, rest: Partial<MessageView>): MessageView =>
  aMessage(2, text, { rowId: rowId(id), senderId: me.userId, ...rest });
const theirs = (id: number, text: string): MessageView =>
  aMessage(2, text, { rowId: rowId(id), senderId: aMessage(2, '').peerId, state: 'sent' });
const failed = (failure: MessageView['failure']) => ({ state: 'failed', failure }) as const;

it('says which of one’s own could not be sent, and why, once it has failed', () => {
  const old = mine(1, 'old', failed('refused'));
  const sending = (id: number): MessageView => mine(id, `${id}.png`, { state: 'sending' });
  const { result, rerender } = renderHook(({ rows }) => useAnnouncement(rows, me.userId, 'Anna'), {
    initialProps: { rows: [old, sending(2), sending(3), sending(4), sending(5)] },
  });
  expect(result.current).toBe('');
  const first = mine(2, 'hi', failed('refused'));
  rerender({ rows: [old, first, sending(3), sending(4), sending(5)] });
  expect(result.current).toBe('Not sent: hi. The server refused this message.');
  // Whoever cancelled one knows, and what failed before is no news.
  const cancelled = mine(3, '3.png', failed('cancelled'));
  rerender({ rows: [{ ...old }, first, cancelled, sending(4), sending(5)] });
  expect(result.current).toBe('Not sent: hi. The server refused this message.');
  const both = [mine(4, '4.png', failed('too-large')), mine(5, '5.png', failed('too-large'))];
  rerender({ rows: [old, first, cancelled, ...both, theirs(6, 'well?')] });
  expect(result.current).toBe('Anna: well? 2 messages not sent');
  rerender({ rows: [old, first, cancelled, ...both, theirs(6, 'well?'), mine(7, 'no', failed('no-answer'))] });
  expect(result.current).toBe('Not sent: no. The server never confirmed this message.');
});
