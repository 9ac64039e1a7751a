import { randomBytes, randomInt } from 'node:crypto';
import { loggedInShape, messageShape, must, mustEqual, mustHave, mustSucceed, type Fields } from './shapes.ts';
import { connectWire, type Timing, type WireClient, type WireFrame } from './wire-client.ts';

/** What a server claims to do beyond protocol.md. */
export type Claims = {
  /** Nobody can act for anybody else: the matrix. */
  readonly authorisation: boolean;
  /** A repeated messageId is acknowledged again and kept once. */
  readonly idempotency: boolean;
  /** Unasked frames: presence, being added, being read, what my other devices did. */
  readonly pushes: boolean;
};

export type Person = {
  readonly id: number;
  readonly name: string;
  readonly password: string;
  readonly email: string;
  readonly token: string;
  readonly client: WireClient;
};

export type Kit = Timing & {
  readonly url: string;
  readonly connect: () => Promise<WireClient>;
  /** Registers somebody new, whose connection is logged in. */
  readonly newPerson: () => Promise<Person>;
  /** One of a few people whom all checks share, online. */
  readonly person: (name: 'ann' | 'bob' | 'cem') => Promise<Person>;
  /** Another connection of the same person. */
  readonly logIn: (person: Person) => Promise<WireClient>;
  /** Keeps a connection beyond the check that opened it. */
  readonly keep: (client: WireClient) => void;
  /** Closes what the last check opened: servers limit how many connections come from one address. */
  readonly tidyUp: () => Promise<void>;
  readonly closeAll: () => Promise<void>;
};

/** One thing that a server must do. */
export type Check = {
  readonly name: string;
  /** Checked only where the server claims it; protocol.md itself where absent. */
  readonly claim?: keyof Claims;
  readonly run: (kit: Kit) => Promise<void>;
};

export const newMessageId = (): number => randomInt(1, 2 ** 31 - 1);
export const newText = (says = 'text'): string => `${says} ${randomBytes(9).toString('base64url')}`;
export const isType = (type: string) => (frame: WireFrame) => frame.type === type;

/** Sends a request and waits for a reply of one of these types. */
export async function ask(
  client: WireClient,
  type: string,
  payload: Readonly<Record<string, unknown>>,
  ...replies: readonly string[]
): Promise<WireFrame> {
  client.send(type, payload);
  return client.next(replies.join(' or '), (frame) => replies.includes(frame.type));
}

export function createKit(url: string, timing: Timing): Kit {
  const clients = new Set<WireClient>();
  const kept = new Set<WireClient>();
  const cast = new Map<string, Person>();

  const connect = async (): Promise<WireClient> => {
    const client = await connectWire(url, timing);
    clients.add(client);
    return client;
  };

  const close = async (some: readonly WireClient[]): Promise<void> => {
    for (const client of some) clients.delete(client);
    await Promise.all(some.map((client) => client.close()));
  };

  const newPerson = async (): Promise<Person> => {
    const name = `kit-${randomBytes(9).toString('base64url')}`;
    const credentials = {
      username: name,
      password: randomBytes(12).toString('base64url'),
      email: `${name}@example.org`,
    };
    const client = await connect();
    const account = mustSucceed(await ask(client, 'REGISTER', credentials, 'REGISTER_SUCCESS'), loggedInShape);
    const { password, email } = credentials;
    return { id: Number(account['userId']), name, password, email, token: String(account['token']), client };
  };

  const logIn = async (person: Person): Promise<WireClient> => {
    const client = await connect();
    const reply = await ask(client, 'LOGIN_BY_TOKEN', { token: person.token }, 'LOGIN_SUCCESS', 'LOGIN_FAILURE');
    mustSucceed(reply, loggedInShape);
    return client;
  };

  return {
    ...timing,
    url,
    connect,
    newPerson,
    logIn,
    async person(name) {
      const known = cast.get(name);
      if (known?.client.isOpen() === true) {
        known.client.drain();
        return known;
      }
      const person = known === undefined ? await newPerson() : { ...known, client: await logIn(known) };
      cast.set(name, person);
      kept.add(person.client);
      return person;
    },
    keep: (client) => kept.add(client),
    tidyUp: () => close([...clients].filter((client) => !kept.has(client))),
    closeAll: () => close([...clients]),
  };
}

/**
 * Asks again and again until the answer is `expected`: for what a server does of itself or without a reply.
 * @throws with the last answer when the time is up.
 */
export async function eventually(
  timeoutMs: number,
  what: string,
  expected: unknown,
  ask: () => Promise<unknown>,
): Promise<void> {
  const endMs = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (JSON.stringify(answer) === JSON.stringify(expected)) return;
    if (Date.now() > endMs) mustEqual(answer, expected, what);
  }
}

/** Makes `other` a contact of `person`. */
export async function addContact(person: Person, other: Person): Promise<void> {
  await ask(person.client, 'ADD_CONTACT', { userId: person.id, targetId: other.id }, 'CONTACT_ADDED');
}

/** The contacts of a person, each with the documented fields or whatever the server made of them. */
export async function contactsOf({ client, id }: Pick<Person, 'client' | 'id'>): Promise<readonly Fields[]> {
  const reply = await ask(client, 'LOAD_CONTACTS', { userId: id }, 'CONTACTS_LOADED', 'CONTACTS_LOADED_FAILED');
  const { contacts } = mustHave(reply.payload, {}, reply.type);
  must(Array.isArray(contacts), `${reply.type}: contacts is no array`);
  return contacts as readonly Fields[];
}

/** The history of a person with another: a bare array of messages. */
export async function historyOf(
  person: Pick<Person, 'client' | 'id'>,
  other: { readonly id: number },
): Promise<readonly Fields[]> {
  const request = { userId: person.id, targetId: other.id };
  const { payload } = await ask(person.client, 'LOAD_MESSAGES', request, 'MESSAGES_LOADED');
  must(Array.isArray(payload), 'MESSAGES_LOADED: the payload is no bare array');
  return payload.map((row: unknown) => mustHave(row, messageShape, 'a row of MESSAGES_LOADED'));
}

/** Sends a text and waits for its acknowledgement. */
export async function sendText(
  from: Person,
  to: { readonly id: number },
  content: string,
  messageId = newMessageId(),
): Promise<number> {
  from.client.send('SEND_MESSAGE', { messageId, senderId: from.id, receiverId: to.id, content });
  await acknowledged(from.client, messageId);
  return messageId;
}

/** Waits for the acknowledgement of one message, which must carry its own id as a number. */
export const acknowledged = (client: WireClient, messageId: number): Promise<WireFrame> =>
  client.next(
    `MESSAGE_RECEIVED_SELF {messageId: ${messageId}}`,
    ({ type, payload }) => type === 'MESSAGE_RECEIVED_SELF' && (payload as Fields | null)?.['messageId'] === messageId,
  );

/** Waits for the push of a message with this content. */
export async function received(client: WireClient, content: string): Promise<Fields> {
  const frame = await client.next(
    'MESSAGE_RECEIVED_OTHER with the content sent',
    ({ type, payload }) => type === 'MESSAGE_RECEIVED_OTHER' && (payload as Fields | null)?.['content'] === content,
  );
  return mustHave(frame.payload, messageShape, frame.type);
}
