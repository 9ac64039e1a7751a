import { WebSocket, type ClientOptions } from 'ws';

/** A frame as it is on the wire, or what is left of it for a test to look at. */
// oxlint-disable-next-line typescript/no-explicit-any -- tests look into payloads of any shape
export type Payload = any;
type Frame = { readonly type: string; readonly payload: Payload };

/** A bare client of the protocol, which knows nothing of how the server is made. */
export type Client = {
  readonly socket: WebSocket;
  readonly closed: Promise<{ readonly code: number }>;
  send(type: string, payload: unknown): void;
  /** Takes the next frame that fits, now or when it comes; others stay. */
  nextFrame(fits: (frame: Frame) => boolean): Promise<Frame>;
  /** Takes the payload of the next frame of this type. */
  next(type: string, fits?: (payload: Payload) => boolean): Promise<Payload>;
  /** Sends a request and takes its reply. */
  ask(type: string, payload: unknown, replyType: string): Promise<Payload>;
  /** The types of the frames that nobody has taken. */
  untaken(): string[];
};

export async function connect(url: string, options: ClientOptions = {}): Promise<Client> {
  const socket = new WebSocket(url, { perMessageDeflate: false, ...options });
  const frames: Frame[] = [];
  let waiting: { readonly fits: (frame: Frame) => boolean; readonly take: (frame: Frame) => void }[] = [];
  const closed = new Promise<{ code: number }>((resolve) => socket.once('close', (code) => resolve({ code })));
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as Frame;
    const taker = waiting.find((one) => one.fits(frame));
    if (taker === undefined) frames.push(frame);
    else {
      waiting = waiting.filter((one) => one !== taker);
      taker.take(frame);
    }
  });
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.on('error', () => undefined);

  const client: Client = {
    socket,
    closed,
    send(type, payload) {
      socket.send(JSON.stringify({ type, payload }));
    },
    nextFrame(fits) {
      const index = frames.findIndex(fits);
      const [frame] = index === -1 ? [] : frames.splice(index, 1);
      if (frame !== undefined) return Promise.resolve(frame);
      return new Promise((resolve, reject) => {
        waiting.push({ fits, take: resolve });
        void closed.then(({ code }) => reject(new Error(`closed with ${code} while waiting`)));
      });
    },
    async next(type, isRight = () => true) {
      return (await client.nextFrame((frame) => frame.type === type && isRight(frame.payload))).payload;
    },
    ask(type, payload, replyType) {
      const reply = client.next(replyType);
      client.send(type, payload);
      return reply;
    },
    untaken: () => frames.map((frame) => frame.type),
  };
  return client;
}

export type Person = Client & { readonly id: number; readonly name: string; readonly token: string };

export const password = 'correct horse';

/** Registers somebody on a connection of their own. */
export async function register(url: string, name: string): Promise<Person> {
  const client = await connect(url);
  const account = await client.ask('REGISTER', { username: name, password, email: '' }, 'REGISTER_SUCCESS');
  if (account.error !== undefined) throw new Error(account.error);
  return { ...client, id: account.userId, name, token: account.token };
}

/** Logs in once more, on a new connection: another device, or the same one again with its token. */
export async function logInAgain(url: string, person: Person, by: 'password' | 'token' = 'password'): Promise<Person> {
  const client = await connect(url);
  const account =
    by === 'token'
      ? await client.ask('LOGIN_BY_TOKEN', { token: person.token }, 'LOGIN_SUCCESS')
      : await client.ask('LOGIN', { username: person.name, password }, 'LOGIN_SUCCESS');
  return { ...client, id: account.userId, name: person.name, token: account.token };
}

/** Makes a round trip, so that everything sent before has had its effect, and every answer to it has come. */
export async function settle(person: Person): Promise<void> {
  await person.ask('LOAD_MESSAGES', { userId: person.id, targetId: person.id }, 'MESSAGES_LOADED');
}

let lastMessageId = 1_000_000;

/** Sends a text and waits for the ack. */
export async function sendText(
  from: Person,
  to: number,
  content: string,
  messageId = ++lastMessageId,
): Promise<number> {
  const acknowledged = from.next('MESSAGE_RECEIVED_SELF', (payload) => payload.messageId === messageId);
  from.send('SEND_MESSAGE', { messageId, senderId: from.id, receiverId: to, content });
  await acknowledged;
  return messageId;
}

export function loadMessages(person: Person, other: number): Promise<Payload> {
  return person.ask('LOAD_MESSAGES', { userId: person.id, targetId: other }, 'MESSAGES_LOADED');
}
