import {
  acknowledged,
  ask,
  contactsOf,
  newMessageId,
  newText,
  received,
  type Check,
  type Kit,
  type Person,
} from './kit.ts';
import { mustEqual } from './shapes.ts';
import type { WireClient } from './wire-client.ts';

/** What is no frame of the protocol, and what a client might send by mistake. */
const nonsense: readonly (readonly [string, string | Uint8Array])[] = [
  ['no JSON', 'hello'],
  ['an empty message', ''],
  ['JSON that is cut off', '{"type":"LOAD_CONTACTS","payload":{"userId"'],
  ['an array', '[1,2,3]'],
  ['null', 'null'],
  ['a frame without a type', '{"payload":{}}'],
  ['a type that nobody knows', '{"type":"DANCE","payload":{}}'],
  ['a type that is a number', '{"type":7,"payload":{}}'],
  ['a type that every object has', '{"type":"constructor","payload":{}}'],
  ['a frame without a payload', '{"type":"LOAD_CONTACTS"}'],
  ['a payload that is null', '{"type":"ADD_CONTACT","payload":null}'],
  ['a payload that is an array', '{"type":"SEND_MESSAGE","payload":[]}'],
  ['a binary message', new Uint8Array([0, 1, 2, 255])],
  ['JSON nested 20,000 deep', '['.repeat(20_000) + ']'.repeat(20_000)],
  [
    'keys that mean something to objects',
    '{"__proto__":{"type":"LOGOUT"},"type":"MARK_READ","payload":{"__proto__":{"messageId":1}}}',
  ],
];

/** Whether the server still answers: on this connection, or on a new one where it has closed this. */
async function mustStillAnswer(kit: Kit, person: Person, client: WireClient): Promise<void> {
  await client.settle();
  client.drain();
  await contactsOf({ id: person.id, client: client.isOpen() ? client : await kit.logIn(person) });
}

/** Forms of frames that are legal, and frames that are not. */
export const robustnessChecks: readonly Check[] = [
  ...nonsense.map(([what, data]): Check => ({
    name: `the server goes on after ${what}`,
    async run(kit) {
      const ann = await kit.person('ann');
      const client = await kit.logIn(ann);
      client.sendRaw(data);
      await mustStillAnswer(kit, ann, client);
    },
  })),
  {
    name: 'a frame in several fragments, cut inside a character, is one frame',
    async run({ person }) {
      const [ann, bob] = [await person('ann'), await person('bob')];
      const [messageId, content] = [newMessageId(), `${newText()} 你好`];
      const payload = { messageId, senderId: ann.id, receiverId: bob.id, content };
      const bytes = Buffer.from(JSON.stringify({ type: 'SEND_MESSAGE', payload }));
      const insideCharacter = bytes.indexOf('你') + 1;
      const cuts = [0, 5, 40, insideCharacter, bytes.length];
      ann.client.sendRaw(cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end)));
      await acknowledged(ann.client, messageId);
      await received(bob.client, content);
    },
  },
  {
    name: 'white space, escapes, another order of keys and unknown fields change nothing',
    async run({ person }) {
      const [ann, bob] = [await person('ann'), await person('bob')];
      const [messageId, content] = [newMessageId(), newText('你好')];
      const escaped = JSON.stringify(content).replaceAll(
        /[^\0-\u007f]/g,
        (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
      ann.client.sendRaw(
        `\r\n{ "version" : 2, "payload" : { "content" : ${escaped}, "colour" : [ null ], "receiverId" : ${bob.id}, "senderId" : ${ann.id}, "messageId" : ${messageId} }, "type" : "SEND\\u005fMESSAGE" }\t`,
      );
      await acknowledged(ann.client, messageId);
      await received(bob.client, content);
    },
  },
  {
    name: 'replies to different requests come in the order of the requests',
    claim: 'pushes',
    async run(kit) {
      const ann = await kit.person('ann');
      const client = await kit.logIn(ann);
      const requests = ['LOAD_CONTACTS', 'LOAD_MESSAGES', 'LOAD_CONTACTS', 'LOAD_MESSAGES'] as const;
      for (const type of requests) client.send(type, { userId: ann.id, targetId: ann.id });
      for (const type of requests) {
        const reply = await client.next('a reply', () => true);
        mustEqual(reply.type, type === 'LOAD_CONTACTS' ? 'CONTACTS_LOADED' : 'MESSAGES_LOADED', 'the reply');
      }
    },
  },
  {
    name: 'a message to an id that nobody has hurts nobody',
    async run(kit) {
      const ann = await kit.person('ann');
      const client = await kit.logIn(ann);
      client.send('SEND_MESSAGE', {
        messageId: newMessageId(),
        senderId: ann.id,
        receiverId: 2 ** 31 - 2,
        content: 'x',
      });
      await mustStillAnswer(kit, ann, client);
    },
  },
  {
    name: 'one person can be connected twice',
    async run(kit) {
      const ann = await kit.person('ann');
      const second = await kit.logIn(ann);
      await contactsOf({ id: ann.id, client: second });
      await ask(ann.client, 'LOAD_CONTACTS', { userId: ann.id }, 'CONTACTS_LOADED');
    },
  },
];
