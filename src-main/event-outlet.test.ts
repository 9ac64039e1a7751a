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

/** A rig that has just told as much as goes out at once: the next news wait for a tick. */
const busy = 3;
function createBusyRig() {
  const rig = createRig();
  for (let row = 1; row <= busy; row += 1) rig.publish({ messages: [message(90 + row, '')] });
  return rig;
}

it('the first news go out at once, a burst after them once a tick', async () => {
  const { clock, told, publish } = createRig();
  publish({ messages: [message(1, 'a')] });
  expect(told).toEqual([['messages:upserted', [message(1, 'a')]]]);
  for (let row = 2; row <= 500; row += 1) publish({ messages: [message(row, 'b')] });
  expect(told).toHaveLength(3);
  await clock.advance(16);
  expect(told).toHaveLength(4);
  expect(told[3]?.[1]).toHaveLength(497);
});

it('a lasting burst is told sixty times a second, and quiet earns the first news their haste again', async () => {
  const { clock, told, publish } = createRig();
  for (let ms = 0; ms < 1_000; ms += 1) {
    publish({ messages: [message(ms + 1, 'b')] });
    await clock.advance(1);
  }
  expect(told.length).toBeLessThanOrEqual(1_000 / 16 + 4);
  await clock.advance(1_000);
  const before = told.length;
  for (let row = 1; row <= 3; row += 1) publish({ messages: [message(row, 'c')] });
  expect(told.length).toBe(before + 3);
});

it('the newest state of each row wins', async () => {
  const { clock, told, publish } = createBusyRig();
  publish({ messages: [message(1, 'old'), message(2, 'x')], conversations: [conversation(1)] });
  publish({ messages: [message(1, 'new')], conversations: [conversation(2)] });
  publish({ removedMessages: [{ peerId: anna, rowId: rowId(2) }], reordered: [anna] });
  await clock.advance(16);
  expect(told.slice(busy)).toEqual([
    ['messages:upserted', [message(1, 'new')]],
    ['messages:removed', [{ peerId: anna, rowId: 2 }]],
    ['messages:reordered', { peerId: anna }],
    ['conversations:upserted', [conversation(2)]],
  ]);
});

it('what was removed and came back is there, and the other way round', async () => {
  const { clock, told, publish } = createBusyRig();
  publish({ removedMessages: [{ peerId: anna, rowId: rowId(1) }], removedConversations: [anna] });
  publish({ messages: [message(1, 'back')], conversations: [conversation(1)] });
  await clock.advance(16);
  expect(told.slice(busy).map(([channel]) => channel)).toEqual(['messages:upserted', 'conversations:upserted']);
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
  const { clock, told, outlet, publish } = createBusyRig();
  publish({ messages: [message(2, 'b')] });
  outlet.drop();
  await clock.advance(100);
  expect(told).toHaveLength(busy);
});
