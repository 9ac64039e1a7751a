import { acknowledged, eventually, historyOf, newMessageId, newText, received, sendText, type Check } from './kit.ts';
import { must, mustEqual, type Fields } from './shapes.ts';

const contentsOf = (rows: readonly Fields[]) => rows.map(({ content }) => content);
const rowOf = (rows: readonly Fields[], content: string): Fields => {
  const found = rows.filter((row) => row['content'] === content);
  must(found.length === 1, `the history has the message ${found.length} times`);
  return found[0]!;
};

/** Whether `items` come in this order in `all`, or all of them in the opposite one: the protocol names no direction. */
function isInOrder(all: readonly unknown[], items: readonly unknown[]): boolean {
  const places = items.map((item) => all.indexOf(item));
  const steps = places.slice(1).map((place, index) => Math.sign(place - places[index]!));
  return !places.includes(-1) && new Set(steps).size === 1;
}

/** Texts: sending, receiving, loading. */
export const messageChecks: readonly Check[] = [
  {
    name: "SEND_MESSAGE is acknowledged by MESSAGE_RECEIVED_SELF with the client's messageId",
    async run({ person }) {
      const [ann, bob] = [await person('ann'), await person('bob')];
      for (const id of [newMessageId(), 1 + (newMessageId() % 1_000), 2 ** 31 - 1 - (newMessageId() % 1_000)]) {
        await sendText(ann, bob, newText(), id);
      }
    },
  },
  {
    name: 'a message reaches the other person as MESSAGE_RECEIVED_OTHER with its documented fields',
    async run({ person }) {
      const [ann, bob] = [await person('ann'), await person('bob')];
      const content = newText();
      await sendText(ann, bob, content);
      const message = await received(bob.client, content);
      mustEqual([message['senderId'], message['receiverId']], [ann.id, bob.id], 'from and to');
      mustEqual([message['status'], message['type']], ['sent', 'text'], 'status and type');
    },
  },
  {
    name: 'a message reaches nobody else, and is pushed once',
    async run({ person }) {
      const [ann, bob, cem] = [await person('ann'), await person('bob'), await person('cem')];
      const content = newText();
      await sendText(ann, bob, content);
      await received(bob.client, content);
      for (const { client, name } of [cem, bob, ann]) {
        await client.settle();
        const again = client.drain().filter(({ payload }) => JSON.stringify(payload)?.includes(content));
        mustEqual(again, [], `what ${name} received besides`);
      }
    },
  },
  {
    name: 'any text comes through as it was sent',
    async run({ person }) {
      const [ann, bob] = [await person('ann'), await person('bob')];
      const texts = [
        '你好，世界',
        '😀👩‍👩‍👧‍👦🇨🇳',
        '"\\/\b\f\n\r\t',
        '<b>&amp;</b>',
        '\u202eabc',
        '{"type":"LOGOUT"}',
        ' spaces ',
        '長'.repeat(4_000),
      ];
      for (const text of texts) {
        const content = `${newText()} ${text}`;
        await sendText(ann, bob, content);
        await received(bob.client, content);
        rowOf(await historyOf(bob, ann), content);
      }
    },
  },
  {
    name: '50 messages in a row are each acknowledged once, and arrive and load in order',
    async run({ person }) {
      const [ann, bob] = [await person('ann'), await person('bob')];
      const messages = Array.from({ length: 50 }, (_, index) => ({
        id: newMessageId(),
        content: newText(String(index)),
      }));
      for (const { id, content } of messages) {
        ann.client.send('SEND_MESSAGE', { messageId: id, senderId: ann.id, receiverId: bob.id, content });
      }
      for (const { id } of messages) await acknowledged(ann.client, id);
      const contents = messages.map(({ content }) => content);
      for (const content of contents) {
        const next = await bob.client.next('MESSAGE_RECEIVED_OTHER', ({ type }) => type === 'MESSAGE_RECEIVED_OTHER');
        mustEqual((next.payload as Fields)['content'], content, 'the next message');
      }
      await ann.client.settle();
      const acks = ann.client.drain().filter(({ type }) => type === 'MESSAGE_RECEIVED_SELF');
      mustEqual(acks, [], 'acknowledgements too many');
      must(isInOrder(contentsOf(await historyOf(ann, bob)), contents), 'the history has another order');
    },
  },
  {
    name: 'LOAD_MESSAGES answers with an empty array where nothing was written',
    async run({ person, newPerson }) {
      mustEqual(await historyOf(await person('ann'), await newPerson()), [], 'the history');
    },
  },
  {
    name: 'LOAD_MESSAGES answers with what both wrote, the same for both and as it was pushed',
    async run({ person, newPerson }) {
      const [ann, dan] = [await person('ann'), await newPerson()];
      const contents = [newText('a'), newText('b'), newText('c')];
      await sendText(ann, dan, contents[0]!);
      const pushed = await received(dan.client, contents[0]!);
      await sendText(dan, ann, contents[1]!);
      await sendText(ann, dan, contents[2]!);
      const [mine, theirs] = [await historyOf(ann, dan), await historyOf(dan, ann)];
      mustEqual(theirs, mine, 'what the other loads');
      must(isInOrder(contentsOf(mine), contents) && mine.length === 3, 'the history has another order or length');
      const first = rowOf(mine, contents[0]!);
      for (const field of ['id', 'senderId', 'receiverId', 'timestamp', 'type'])
        mustEqual(first[field], pushed[field], field);
    },
  },
  {
    name: 'a message to somebody who is away is there when they load',
    async run(kit) {
      const [ann, dan] = [await kit.person('ann'), await kit.newPerson()];
      await dan.client.close();
      const content = newText();
      await sendText(ann, dan, content);
      const client = await kit.logIn(dan);
      rowOf(await historyOf({ id: dan.id, client }, ann), content);
    },
  },
  {
    name: 'the same messageId of two people names two messages',
    async run({ person }) {
      const [ann, bob, cem] = [await person('ann'), await person('bob'), await person('cem')];
      const [id, mine, theirs] = [newMessageId(), newText(), newText()];
      await sendText(ann, cem, mine, id);
      await sendText(bob, cem, theirs, id);
      await received(cem.client, theirs);
      rowOf(await historyOf(cem, ann), mine);
      rowOf(await historyOf(cem, bob), theirs);
    },
  },
  {
    name: 'MARK_READ makes that message read for its sender, and no other',
    async run({ person, timeoutMs }) {
      const [ann, bob] = [await person('ann'), await person('bob')];
      const [read, unread] = [newText('read'), newText('unread')];
      await sendText(ann, bob, read);
      await sendText(ann, bob, unread);
      bob.client.send('MARK_READ', { messageId: (await received(bob.client, read))['id'] });
      await eventually(timeoutMs, 'the states', ['read', 'sent'], async () => {
        const rows = await historyOf(ann, bob);
        return [rowOf(rows, read)['status'], rowOf(rows, unread)['status']];
      });
    },
  },
  {
    name: 'CLEAR_MESSAGES answers MESSAGE_RECEIVED_OTHER {userId, targetUserId}, and the history is empty',
    async run({ person, newPerson }) {
      const [ann, dan] = [await person('ann'), await newPerson()];
      await sendText(dan, ann, newText());
      dan.client.drain();
      dan.client.send('CLEAR_MESSAGES', { requesterUserId: dan.id, targetUserId: ann.id });
      const reply = await dan.client.next('MESSAGE_RECEIVED_OTHER', ({ type }) => type === 'MESSAGE_RECEIVED_OTHER');
      mustEqual(reply.payload, { userId: dan.id, targetUserId: ann.id }, 'the payload');
      mustEqual(await historyOf(dan, ann), [], 'the history');
    },
  },
  {
    name: 'a message after CLEAR_MESSAGES is there',
    async run({ person, newPerson }) {
      const [ann, dan] = [await person('ann'), await newPerson()];
      dan.client.send('CLEAR_MESSAGES', { requesterUserId: dan.id, targetUserId: ann.id });
      await dan.client.next('MESSAGE_RECEIVED_OTHER', ({ type }) => type === 'MESSAGE_RECEIVED_OTHER');
      const content = newText();
      await sendText(dan, ann, content);
      mustEqual(contentsOf(await historyOf(dan, ann)), [content], 'the history');
    },
  },
  {
    name: 'a repeated messageId is acknowledged again, pushed once and kept once',
    claim: 'idempotency',
    async run(kit) {
      const [ann, bob] = [await kit.person('ann'), await kit.person('bob')];
      const [id, content] = [newMessageId(), newText()];
      await sendText(ann, bob, content, id);
      await sendText(ann, bob, content, id);
      const later = { ...ann, client: await kit.logIn(ann) };
      await sendText(later, bob, content, id);
      await received(bob.client, content);
      await bob.client.settle();
      const again = bob.client.drain().filter(({ payload }) => JSON.stringify(payload)?.includes(content));
      mustEqual(again, [], 'what Bob received besides');
      rowOf(await historyOf(ann, bob), content);
    },
  },
  {
    name: 'the sender is told with MESSAGE_RECEIVED_OTHER that a message was read',
    claim: 'pushes',
    async run({ person }) {
      const [ann, bob] = [await person('ann'), await person('bob')];
      const content = newText();
      await sendText(ann, bob, content);
      const { id } = await received(bob.client, content);
      bob.client.send('MARK_READ', { messageId: id });
      const update = await received(ann.client, content);
      mustEqual([update['id'], update['status'], update['senderId']], [id, 'read', ann.id], 'the update');
    },
  },
  {
    name: 'my other devices receive what I send, and what I receive',
    claim: 'pushes',
    async run(kit) {
      const [ann, bob] = [await kit.person('ann'), await kit.person('bob')];
      const second = await kit.logIn(ann);
      const [mine, theirs] = [newText(), newText()];
      await sendText(ann, bob, mine);
      mustEqual((await received(second, mine))['senderId'], ann.id, 'the sender');
      await sendText(bob, ann, theirs);
      await received(second, theirs);
      await received(ann.client, theirs);
    },
  },
  {
    name: "CLEAR_MESSAGES leaves the other person's history",
    claim: 'pushes',
    async run({ person, newPerson }) {
      const [ann, dan] = [await person('ann'), await newPerson()];
      const content = newText();
      await sendText(dan, ann, content);
      dan.client.send('CLEAR_MESSAGES', { requesterUserId: dan.id, targetUserId: ann.id });
      await dan.client.next('MESSAGE_RECEIVED_OTHER', ({ type }) => type === 'MESSAGE_RECEIVED_OTHER');
      rowOf(await historyOf(ann, dan), content);
    },
  },
];
