import { addContact, ask, contactsOf, eventually, isType, type Check, type Kit, type Person } from './kit.ts';
import { addedContactShape, contactShape, mustBeEmpty, mustEqual, mustFail, mustHave, mustSucceed } from './shapes.ts';

const addReplies = ['CONTACT_ADDED', 'CONTACT_ADDED_FAILED'] as const;

/** Ann and Bob, who is a contact of hers. */
async function contacts(kit: Kit): Promise<readonly [Person, Person]> {
  const [ann, bob] = [await kit.person('ann'), await kit.person('bob')];
  await addContact(ann, bob);
  return [ann, bob];
}

/** An id that nobody has. */
const nobody = 2 ** 31 - 2;

/** The contact list. */
export const contactChecks: readonly Check[] = [
  {
    name: 'LOAD_CONTACTS answers CONTACTS_LOADED with an empty array where there are none',
    async run({ newPerson }) {
      mustEqual(await contactsOf(await newPerson()), [], 'the list');
    },
  },
  {
    name: 'ADD_CONTACT answers CONTACT_ADDED with the contact, its name as userName',
    async run({ person }) {
      const [ann, bob] = [await person('ann'), await person('bob')];
      const reply = await ask(ann.client, 'ADD_CONTACT', { userId: ann.id, targetId: bob.id }, ...addReplies);
      const contact = mustSucceed(reply, addedContactShape);
      mustEqual([contact['contactId'], contact['userName']], [bob.id, bob.name], 'the contact');
    },
  },
  {
    name: 'ADD_CONTACT answers CONTACT_ADDED_FAILED with an error for an id that nobody has',
    async run({ person }) {
      const ann = await person('ann');
      const reply = await ask(ann.client, 'ADD_CONTACT', { userId: ann.id, targetId: nobody }, ...addReplies);
      mustEqual(reply.type, 'CONTACT_ADDED_FAILED', 'the reply');
      mustFail(reply);
    },
  },
  {
    name: 'replies to ADD_CONTACT come in the order of the requests',
    async run({ person }) {
      const [ann, bob, cem] = [await person('ann'), await person('bob'), await person('cem')];
      const targets = [cem.id, nobody, bob.id, cem.id, bob.id, nobody];
      for (const targetId of targets) ann.client.send('ADD_CONTACT', { userId: ann.id, targetId });
      for (const targetId of targets) {
        const reply = await ann.client.next('a reply', ({ type }) => type.startsWith('CONTACT_ADDED'));
        mustEqual(reply.type, targetId === nobody ? 'CONTACT_ADDED_FAILED' : 'CONTACT_ADDED', 'the reply');
        if (targetId !== nobody) mustEqual(mustHave(reply.payload, {}, reply.type)['contactId'], targetId, 'contactId');
      }
    },
  },
  {
    name: 'CONTACTS_LOADED lists each contact once, with its documented fields',
    async run(kit) {
      const [ann, bob] = await contacts(kit);
      const list = await contactsOf(ann);
      for (const contact of list) mustHave(contact, contactShape, 'a contact');
      const found = list.filter((contact) => contact['contactId'] === bob.id);
      mustEqual(
        found.map((contact) => contact['username']),
        [bob.name],
        "Bob's names in the list",
      );
    },
  },
  {
    name: 'a contact is online while connected, and not after',
    async run(kit) {
      const [ann] = await contacts(kit);
      const dan = await kit.newPerson();
      await addContact(ann, dan);
      const isOnline = async () => (await contactsOf(ann)).find(({ contactId }) => contactId === dan.id)?.['online'];
      await eventually(kit.timeoutMs, 'online while connected', true, isOnline);
      await dan.client.close();
      await eventually(kit.timeoutMs, 'online after leaving', false, isOnline);
    },
  },
  {
    name: 'DELETE_CONTACT answers CONTACT_DELETED with an empty payload, and the contact is gone',
    async run(kit) {
      const [ann, bob] = await contacts(kit);
      const request = { userId: ann.id, targetId: bob.id };
      mustBeEmpty(await ask(ann.client, 'DELETE_CONTACT', request, 'CONTACT_DELETED', 'CONTACT_DELETED_FAILED'));
      const isListed = async () => (await contactsOf(ann)).some(({ contactId }) => contactId === bob.id);
      await eventually(kit.timeoutMs, 'being in the list afterwards', false, isListed);
    },
  },
  {
    name: 'somebody who is added is told with CONTACT_ADDED',
    claim: 'pushes',
    async run({ person, newPerson }) {
      const [ann, eve] = [await person('ann'), await newPerson()];
      await addContact(ann, eve);
      const push = await eve.client.next('CONTACT_ADDED', isType('CONTACT_ADDED'));
      const contact = mustSucceed(push, addedContactShape);
      mustEqual(
        [contact['contactId'], contact['userName'], contact['online']],
        [ann.id, ann.name, true],
        'the contact',
      );
    },
  },
  {
    name: 'contacts are told with CONTACTS_LOADED that somebody came, and that they left',
    claim: 'pushes',
    async run(kit) {
      const [ann] = await contacts(kit);
      const dan = await kit.newPerson();
      await addContact(ann, dan);
      await dan.client.close();
      const says = (online: boolean) =>
        ann.client.next(`CONTACTS_LOADED with online: ${online}`, ({ type, payload }) => {
          const list = type === 'CONTACTS_LOADED' ? mustHave(payload, {}, type)['contacts'] : undefined;
          return Array.isArray(list) && list.some(({ contactId, online: is }) => contactId === dan.id && is === online);
        });
      await says(false);
      await kit.logIn(dan);
      await says(true);
    },
  },
];
