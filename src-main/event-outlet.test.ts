import { expect, it } from 'vitest';
import { rowId, userId } from '../src-shared/kernel/ids.ts';
import type { ConversationView, MessageView } from '../src-shared/ipc/views.ts';
import { createFakeClock } from './connection/testing/fake-clock.ts';
import { createEventOutlet } from './event-outlet.ts';
import type { Changes } from './store/operations.ts';

const anna = userId(2);
const none: Changes = {
  people: [],
  conversations: [],
  removedConversations: [],
  messages: [],
  removedMessages: [],
  reordered: [],
};
const message = (row: number, text: string): MessageView =>
  ({ rowId: rowId(row), peerId: anna, text }) as unknown as MessageView;
const conversation = (unreadCount: number): ConversationView =>
  ({ peerId: anna, unreadCount }) as unknown as ConversationView;

function createRig() {
  const clock = createFakeClock();
  const told: [string, unknown][] = [];
  const outlet = createEventOutlet(clock, (channel, event) => void told.push([channel, event]));
  return { clock, told, outlet, publish: (changes: Partial<Changes>) => outlet.publish({ ...none, ...changes }) };
}

it('the first news go out at once, a burst after them once a tick', async () => {
  const { clock, told, publish } = createRig();
  publish({ messages: [message(1, 'a')] });
  expect(told).toEqual([['messages:upserted', [message(1, 'a')]]]);
  for (let row = 2; row <= 500; row += 1) publish({ messages: [message(row, 'b')] });
  expect(told).toHaveLength(1);
  await clock.advance(16);
  expect(told).toHaveLength(2);
  expect(told[1]?.[1]).toHaveLength(499);
});

it('the newest state of each row wins', async () => {
  const { clock, told, publish } = createRig();
  publish({ messages: [message(9, '')] });
  publish({ messages: [message(1, 'old'), message(2, 'x')], conversations: [conversation(1)] });
  publish({ messages: [message(1, 'new')], conversations: [conversation(2)] });
  publish({ removedMessages: [{ peerId: anna, rowId: rowId(2) }], reordered: [anna] });
  await clock.advance(16);
  expect(told.slice(1)).toEqual([
    ['messages:upserted', [message(1, 'new')]],
    ['messages:removed', [{ peerId: anna, rowId: 2 }]],
    ['messages:reordered', { peerId: anna }],
    ['conversations:upserted', [conversation(2)]],
  ]);
});

it('what was removed and came back is there, and the other way round', async () => {
  const { clock, told, publish } = createRig();
  publish({ messages: [message(9, '')] });
  publish({ removedMessages: [{ peerId: anna, rowId: rowId(1) }], removedConversations: [anna] });
  publish({ messages: [message(1, 'back')], conversations: [conversation(1)] });
  await clock.advance(16);
  expect(told.slice(1).map(([channel]) => channel)).toEqual(['messages:upserted', 'conversations:upserted']);
  publish({ removedConversations: [anna] });
  await clock.advance(16);
  expect(told.at(-1)).toEqual(['conversations:removed', [anna]]);
});

it('nothing changed is nothing told', async () => {
  const { clock, told, publish } = createRig();
  publish({});
  await clock.advance(100);
  expect(told).toEqual([]);
});

it('tells nothing of an account that was closed meanwhile', async () => {
  const { clock, told, outlet, publish } = createRig();
  publish({ messages: [message(1, 'a')] });
  publish({ messages: [message(2, 'b')] });
  outlet.drop();
  await clock.advance(100);
  expect(told).toHaveLength(1);
});
