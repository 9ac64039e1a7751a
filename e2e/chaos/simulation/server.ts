import type { Random } from '../../../src-shared/protocol/random.ts';
import type { ServerModel } from './models.ts';
import type { Server, Wire } from './network.ts';
import { peers, spoilt, type Peer } from './schedule.ts';
import { loadedFrame, receivedFrame } from './server-frames.ts';
import type { VirtualTime } from './virtual-time.ts';

export const me = 1;

/** A message as the server keeps it. `sentAs` is the id its sender chose, which not every server hands back. */
export type ServerRow = {
  readonly id: number;
  readonly sentAs: number;
  readonly from: 'this-device' | 'other-device' | 'peer' | 'before';
  readonly senderId: number;
  readonly receiverId: number;
  /** What is said, or the name of the file. */
  readonly text: string;
  /** Its bytes as they came, in slices of base64; null for a text. */
  readonly file: readonly string[] | null;
  readonly atMs: number;
  status: 'sent' | 'read';
};

/** A server of one make, written after protocol.md; its rows outlive its restarts. */
export type SimulatedServer = Server & {
  readonly rows: readonly ServerRow[];
  /** Whether a message of mine is here under this id, its sender's or its own. */
  readonly knows: (id: number) => boolean;
  /** How often this device has said this to someone. */
  readonly countOf: (peer: number, text: string) => number;
  readonly comesIn: (peer: Peer, text: string, from: 'peer' | 'other-device') => void;
  readonly peerReads: (peer: Peer) => void;
  readonly holdAcks: (forMs: number) => void;
  readonly repeatAcks: (forMs: number) => void;
  readonly repeatPushes: (forMs: number) => void;
  readonly delayLoads: (delayMs: number) => void;
  readonly sayOldAck: (which: number) => void;
  readonly sayUnknownAck: (which: number) => void;
  /** All connections and what was not dealt with yet are gone; rows stay. */
  readonly restart: () => void;
  readonly heal: () => void;
};

type Session = { readonly wire: Wire; isLoggedIn: boolean; readonly waiting: string[]; isBusy: boolean };
type Payload = Readonly<Record<string, unknown>>;

export function createServer(time: VirtualTime, random: Random, model: ServerModel): SimulatedServer {
  const rows: ServerRow[] = [];
  const sessions = new Map<Wire, Session>();
  const given: number[] = [];
  let lastOwnId = 100;
  let holdUntilMs = -1;
  let repeatAcksUntilMs = -1;
  let repeatPushesUntilMs = -1;
  let loadDelayMs = 0;

  function add(row: Pick<ServerRow, 'sentAs' | 'from' | 'senderId' | 'receiverId' | 'text' | 'file'>): ServerRow {
    lastOwnId += 1 + random.below(3);
    const id = model.ids === 'kept' ? row.sentAs : lastOwnId;
    const added: ServerRow = { ...row, id, atMs: time.nowMs(), status: 'sent' };
    rows.push(added);
    return added;
  }
  const fromOutside = (peer: Peer, text: string, from: 'peer' | 'other-device' | 'before'): ServerRow =>
    add({
      sentAs: 1_000_000 + random.below(1_000_000_000),
      from,
      senderId: from === 'other-device' ? me : peer,
      receiverId: from === 'other-device' ? peer : me,
      text,
      file: null,
    });
  if (!model.startsEmpty)
    for (const peer of peers) for (const text of ['hello', 'ok']) fromOutside(peer, text, 'before');
  for (const [index, row] of rows.entries()) rows[index] = { ...row, atMs: (index - rows.length) * 60_000 };

  const tell = (session: Session, type: string, payload: unknown): void =>
    session.wire.send(JSON.stringify({ type, payload }));
  const loggedIn = (): Session[] => [...sessions.values()].filter((session) => session.isLoggedIn);

  function push(row: ServerRow): void {
    const times = time.nowMs() < repeatPushesUntilMs ? 1 + random.below(3) : 1;
    for (const session of loggedIn()) for (let k = 0; k < times; k += 1) session.wire.send(receivedFrame(model, row));
  }

  function acknowledge(session: Session, row: ServerRow): void {
    const messageId = model.acks === 'own-id' ? row.id : row.sentAs;
    given.push(messageId);
    const isRepeated = model.acksTwice || time.nowMs() < repeatAcksUntilMs;
    // Held ones come in any order.
    const delayMs = time.nowMs() < holdUntilMs ? holdUntilMs - time.nowMs() + random.below(50) : 0;
    for (let k = 0; k < (isRepeated ? 2 : 1); k += 1)
      time.after(delayMs + k * random.below(400), () => {
        if (sessions.has(session.wire)) tell(session, 'MESSAGE_RECEIVED_SELF', { messageId });
      });
  }

  function takeMessage(session: Session, payload: Payload, text: string, file: readonly string[] | null): void {
    const { messageId, senderId, receiverId } = payload as Record<string, number>;
    if (senderId !== me || messageId === undefined || receiverId === undefined) return;
    if (text === spoilt.ignored) return;
    if (text === spoilt.poison) return session.wire.close(1006);
    if (text === spoilt.tooLarge) return session.wire.close(1009);
    const known = model.isIdempotent
      ? rows.find((row) => row.senderId === me && row.sentAs === messageId && row.from === 'this-device')
      : undefined;
    const row = known ?? add({ sentAs: messageId, from: 'this-device', senderId, receiverId, text, file });
    if (model.cutsOneIn > 0 && random.oneIn(model.cutsOneIn)) return session.wire.close(1006);
    acknowledge(session, row);
  }

  function load(session: Session, target: number): void {
    const mine = rows.filter((row) => row.senderId === target || row.receiverId === target);
    const text = loadedFrame(model, mine);
    if (loadDelayMs === 0) return session.wire.send(text);
    time.after(loadDelayMs, () => {
      if (sessions.has(session.wire)) session.wire.send(text);
    });
  }

  function logIn(session: Session): void {
    session.isLoggedIn = true;
    tell(session, 'LOGIN_SUCCESS', { userId: me, username: 'me', email: '', avatar: '', token: 'token' });
    if (!model.pushesAtLogIn) return;
    for (const row of rows.filter((one) => one.receiverId === me && one.status === 'sent'))
      session.wire.send(receivedFrame(model, row));
  }

  function handle(session: Session, text: string): void {
    const { type, payload } = JSON.parse(text) as { type: string; payload: Payload };
    if (type === 'LOGIN_BY_TOKEN') return logIn(session);
    if (!session.isLoggedIn) return;
    if (type === 'SEND_MESSAGE') takeMessage(session, payload, String(payload['content']), null);
    else if (type === 'SEND_FILE')
      takeMessage(session, payload, String(payload['fileName']), payload['fileContent'] as readonly string[]);
    else if (type === 'LOAD_MESSAGES') load(session, Number(payload['targetId']));
    else if (type === 'LOAD_CONTACTS') {
      const contacts = peers.map((peer) => ({ contactId: peer, username: `p${peer}`, online: true, avatar: '' }));
      tell(session, 'CONTACTS_LOADED', { contacts });
    } else if (type === 'MARK_READ') {
      for (const row of rows) if (row.receiverId === me && row.id === payload['messageId']) row.status = 'read';
    }
  }

  /** One frame after the other, each in its time. */
  function work(session: Session): void {
    if (session.isBusy || session.waiting.length === 0) return;
    session.isBusy = true;
    time.after(random.below(model.slownessMs + 1), () => {
      session.isBusy = false;
      const text = session.waiting.shift();
      if (text === undefined || session.wire.isLate() || !sessions.has(session.wire)) return;
      handle(session, text);
      work(session);
    });
  }

  return {
    rows,
    knows: (id) => rows.some((row) => row.senderId === me && (row.sentAs === id || row.id === id)),
    countOf: (peer, text) =>
      rows.filter((row) => row.from === 'this-device' && row.receiverId === peer && row.text === text).length,
    opened: (wire) => void sessions.set(wire, { wire, isLoggedIn: false, waiting: [], isBusy: false }),
    received: (wire, text) => {
      const session = sessions.get(wire);
      if (session === undefined) return;
      session.waiting.push(text);
      work(session);
    },
    closed: (wire) => {
      // What it has read it still deals with, but nobody is told of it.
      const session = sessions.get(wire);
      if (session !== undefined) session.isLoggedIn &&= session.waiting.length > 0;
    },
    comesIn: (peer, text, from) => {
      const row = fromOutside(peer, text, from);
      if (from === 'peer' ? model.pushes : model.pushesOwn) push(row);
    },
    peerReads: (peer) => {
      for (const row of rows) {
        if (row.receiverId !== peer || row.status === 'read') continue;
        row.status = 'read';
        if (model.pushes) push(row);
      }
    },
    holdAcks: (forMs) => (holdUntilMs = time.nowMs() + forMs),
    repeatAcks: (forMs) => (repeatAcksUntilMs = time.nowMs() + forMs),
    repeatPushes: (forMs) => (repeatPushesUntilMs = time.nowMs() + forMs),
    delayLoads: (delayMs) => (loadDelayMs = delayMs),
    sayOldAck: (which) => {
      const messageId = given[which % given.length];
      if (messageId !== undefined)
        for (const session of loggedIn()) tell(session, 'MESSAGE_RECEIVED_SELF', { messageId });
    },
    sayUnknownAck: (which) => {
      for (const session of loggedIn()) tell(session, 'MESSAGE_RECEIVED_SELF', { messageId: 2_000_000_000 + which });
    },
    restart: () => sessions.clear(),
    heal: () => {
      holdUntilMs = repeatAcksUntilMs = repeatPushesUntilMs = -1;
      loadDelayMs = 0;
    },
  };
}
