import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { createOtherData, type Member, type StoredMessage } from './other-server-data.ts';

/** How the server of another make behaves; all of it but `intercept` is within protocol.md. */
export type OtherManners = {
  /** It takes this long over every request, one after the other on each connection. */
  readonly delayMs: number;
  /** Every MESSAGE_RECEIVED_SELF comes twice. */
  readonly isAckingTwice: boolean;
  /** MESSAGE_RECEIVED_SELF carries the number that the server gave instead of the client's. */
  readonly isAckingOwnId: boolean;
  /** How likely it is that it drops the connection once a message is stored and before it says so, 0 to 1. */
  readonly cutAfterStore: number;
  /** Where chance comes from: a fraction in [0, 1). */
  readonly random: () => number;
  /** Sees every request of somebody logged in first. True: it has dealt with it, in whatever way. */
  readonly intercept: (type: string, payload: Payload, socket: WebSocket) => boolean;
  /** Answers what is no WebSocket: files, on servers that have them. */
  readonly answerHttp: (request: IncomingMessage, response: ServerResponse) => void;
};

export type OtherServer = {
  readonly url: string;
  readonly port: number;
  /** Everything it keeps, in the order in which it came. */
  readonly stored: () => readonly StoredMessage[];
  /** Connections that it dropped after storing. */
  readonly cuts: () => number;
  readonly behave: (manners: Partial<OtherManners>) => void;
  /** Keeps a message and tells its receiver, whatever its content is: also what is no string at all. */
  readonly deliver: (message: Pick<StoredMessage, 'senderId' | 'receiverId' | 'type'> & { content: unknown }) => void;
  /** The connections of somebody. */
  readonly socketsOf: (userId: number) => WebSocket[];
  /** Drops every connection and takes none until `start`; what is stored stays. */
  readonly stop: () => Promise<void>;
  /** Listens again, on the same port. */
  readonly start: () => Promise<void>;
};

export type Payload = Readonly<Record<string, unknown>>;
type Session = { readonly socket: WebSocket; member: Member | null };

const maxFrameBytes = 16 * 1024 * 1024;
const maxConnections = 500;

/**
 * A server of another make, written from protocol.md alone and sharing nothing with ours: messages have its own ids,
 * histories come newest first with local times, nothing is pushed but messages, a repeat is another message, nothing
 * comes where `{}` is promised, and there is always a field more than promised.
 */
export async function startOtherServer(given: Partial<OtherManners> = {}, wantedPort = 0): Promise<OtherServer> {
  let manners: OtherManners = {
    delayMs: 0,
    isAckingTwice: false,
    isAckingOwnId: false,
    cutAfterStore: 0,
    random: Math.random,
    intercept: () => false,
    answerHttp: (_request, response) => void response.writeHead(426).end(),
    ...given,
  };
  const data = createOtherData();
  const sessions = new Set<Session>();
  let listener: Server | null = null;
  let port = wantedPort;
  let cuts = 0;

  function say(session: Session, type: string, payload: unknown): void {
    if (session.socket.readyState !== WebSocket.OPEN) return;
    session.socket.send(JSON.stringify({ code: 200, type, payload, server: 'other/1.0' }));
  }

  function enter(session: Session, type: string, member: Member): void {
    session.member = member;
    const { userId, username, email, avatar } = member;
    say(session, type, { userId, username, email, avatar, token: data.newToken(member), level: 3 });
  }

  /** Before the log-in. */
  function greet(session: Session, type: string, payload: Payload): void {
    const username = textOf(payload['username']);
    const password = textOf(payload['password']);
    if (type === 'REGISTER') {
      const member = data.register(username, password, textOf(payload['email']));
      // The protocol's own name for it.
      if (member === null) say(session, 'REGISTER_SUCCESS', { error: '用户名已存在' });
      else enter(session, 'REGISTER_SUCCESS', member);
    } else if (type === 'LOGIN' || type === 'LOGIN_BY_TOKEN') {
      const member = type === 'LOGIN' ? data.byName(username) : data.byToken(textOf(payload['token']));
      const isRight = type === 'LOGIN_BY_TOKEN' || member?.password === password;
      if (member === undefined || !isRight) say(session, 'LOGIN_FAILURE', { error: '登录失败' });
      else enter(session, 'LOGIN_SUCCESS', member);
    }
  }

  function serve(session: Session, me: Member, type: string, payload: Payload): void {
    const target = numberOf(payload['targetId']);
    switch (type) {
      case 'LOGOUT':
        session.member = null;
        return say(session, 'LOGOUT_SUCCESS', null);
      case 'UPDATE_PROFILE':
        return updateProfile(session, me, payload);
      case 'LOAD_CONTACTS':
        return say(session, 'CONTACTS_LOADED', { contacts: [...me.contacts].map(contactOf), total: me.contacts.size });
      case 'ADD_CONTACT': {
        const other = data.member(target);
        if (other === undefined || other === me) return say(session, 'CONTACT_ADDED_FAILED', { error: '用户不存在' });
        me.contacts.add(target);
        const { username: userName, ...rest } = contactOf(target);
        return say(session, 'CONTACT_ADDED', { ...rest, userName });
      }
      case 'DELETE_CONTACT':
        if (!me.contacts.delete(target)) return say(session, 'CONTACT_DELETED_FAILED', { error: '不是联系人' });
        return say(session, 'CONTACT_DELETED', null);
      case 'LOAD_MESSAGES':
        return say(session, 'MESSAGES_LOADED', data.between(me.userId, target));
      case 'MARK_READ': {
        const read = data.messages.find((one) => one.id === payload['messageId'] && one.receiverId === me.userId);
        if (read !== undefined) read.status = 'read';
        return;
      }
      case 'CLEAR_MESSAGES': {
        const targetUserId = numberOf(payload['targetUserId']);
        data.clear(me.userId, targetUserId);
        return say(session, 'MESSAGE_RECEIVED_OTHER', { userId: me.userId, targetUserId, cleared: true });
      }
      case 'SEND_MESSAGE':
        return take(session, me, payload, 'text', textOf(payload['content']));
      case 'SEND_FILE':
        return take(session, me, payload, 'file', textOf(payload['fileName']));
      case 'SEND_IMAGE':
        return take(session, me, payload, 'image', joined(payload['imageContent']));
      default:
    }
  }

  function updateProfile(session: Session, me: Member, payload: Payload): void {
    const username = textOf(payload['username']);
    const holder = data.byName(username);
    if (username === '' || (holder !== undefined && holder !== me))
      return say(session, 'PROFILE_UPDATED_SUCCESS', { error: '用户名已存在' });
    const [password, email, avatar] = [payload['password'], payload['email'], payload['avatar']].map(textOf);
    Object.assign(me, { username, password, email, avatar });
    say(session, 'PROFILE_UPDATED_SUCCESS', { userId: me.userId, username, password, email, avatar });
  }

  function contactOf(contactId: number) {
    const isOnline = [...sessions].some(({ member }) => member?.userId === contactId);
    const { username = '', avatar = '' } = data.member(contactId) ?? {};
    return { contactId, username, online: isOnline, avatar, remark: null };
  }

  function keep(message: Pick<StoredMessage, 'senderId' | 'receiverId' | 'content' | 'type'>): StoredMessage | null {
    const stored = data.store(message);
    if (stored === null) return null;
    for (const other of sessions)
      if (other.member?.userId === stored.receiverId)
        say(other, 'MESSAGE_RECEIVED_OTHER', { ...stored, seq: stored.id });
    return stored;
  }

  function take(session: Session, me: Member, payload: Payload, type: StoredMessage['type'], content: string): void {
    const receiverId = numberOf(payload['receiverId']);
    const stored = keep({ senderId: me.userId, receiverId, content, type });
    if (stored === null) return;
    if (manners.random() < manners.cutAfterStore) {
      cuts += 1;
      session.socket.terminate();
      return;
    }
    const ack = { messageId: manners.isAckingOwnId ? stored.id : payload['messageId'], ok: true };
    say(session, 'MESSAGE_RECEIVED_SELF', ack);
    if (manners.isAckingTwice) say(session, 'MESSAGE_RECEIVED_SELF', ack);
  }

  async function onFrame(session: Session, text: string): Promise<void> {
    if (manners.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, manners.delayMs));
    const { type, payload } = parse(text);
    if (session.member === null) greet(session, type, payload);
    else if (!manners.intercept(type, payload, session.socket)) serve(session, session.member, type, payload);
  }

  function onConnection(socket: WebSocket): void {
    const session: Session = { socket, member: null };
    if (sessions.size >= maxConnections) return socket.terminate();
    sessions.add(session);
    // What was read before the connection ended is carried out all the same, as in any server with a queue.
    let turn: Promise<void> = Promise.resolve();
    socket.on('message', (bytes: Buffer) => {
      turn = turn.then(() => onFrame(session, bytes.toString('utf8')));
    });
    socket.on('error', () => undefined);
    socket.on('close', () => sessions.delete(session));
  }

  async function start(): Promise<void> {
    const server = createServer((request, response) => manners.answerHttp(request, response));
    new WebSocketServer({ server, maxPayload: maxFrameBytes, perMessageDeflate: false }).on('connection', onConnection);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    listener = server;
    port = (server.address() as AddressInfo).port;
  }

  await start();
  return {
    url: `ws://127.0.0.1:${port}`,
    port,
    stored: () => data.messages,
    cuts: () => cuts,
    behave: (changed) => {
      manners = { ...manners, ...changed };
    },
    deliver: (message) => void keep({ ...message, content: message.content as string }),
    socketsOf: (userId) => [...sessions].filter(({ member }) => member?.userId === userId).map(({ socket }) => socket),
    start,
    async stop() {
      const closing = listener;
      listener = null;
      for (const { socket } of sessions) socket.terminate();
      closing?.closeAllConnections();
      if (closing !== null) await new Promise((resolve) => closing.close(resolve));
    },
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
const joined = (value: unknown): string => (Array.isArray(value) ? value.map(textOf).join('') : '');

/** Type and payload of a frame; of anything else a type that means nothing. */
function parse(text: string): { readonly type: string; readonly payload: Payload } {
  try {
    const frame = JSON.parse(text) as { readonly type?: unknown; readonly payload?: unknown } | null;
    const { type, payload } = frame ?? {};
    if (typeof type === 'string') return { type, payload: (payload ?? {}) as Payload };
  } catch {
    // A frame that is none.
  }
  return { type: '', payload: {} };
}
