import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { WebSocket } from 'ws';
import { startServerCommand } from '../fixtures/server-command.ts';
import { openMany, paceAt, saturate, type Load } from './server-load.ts';
import type { Figure } from './table.ts';

const root = path.resolve(import.meta.dirname, '../..');
const serverCommand = path.join(root, 'dist/server/cli.mjs');
const idleConnections = 2_000;
/** Idle connections of one person: every device of theirs. */
const perPerson = 100;
const pairs = 8;
const restMs = 3_000;
const loadMs = 10_000;
const kibibyte = 1_024;

type Measured = { readonly idleKb: number; readonly perSecond: number; readonly p99Ms: number };

/** P13: our server with 2,000 idle connections, and messages stored and delivered between others beside them. */
export async function benchServer(dir: string): Promise<Figure[]> {
  const ours = await measureOurs(dir);
  const echo = await measureEcho();
  const figure = (what: string, unit: string, of: keyof Measured, aim: Figure['aim']): Figure => ({
    id: 'P13',
    what,
    ours: ours[of],
    unit,
    reference: { what: 'bare ws echo', value: echo[of] },
    aim,
  });
  return [
    figure(`memory of each of ${idleConnections} idle connections`, 'kB', 'idleKb', {
      target: '≤ 60 kB',
      isMet: ours.idleKb <= 60,
    }),
    figure('messages stored and delivered', '/s', 'perSecond', {
      target: '≥ 3000 /s',
      isMet: ours.perSecond >= 3_000,
    }),
    figure('send to delivery at half load, p99', 'ms', 'p99Ms', { target: '< 50 ms', isMet: ours.p99Ms < 50 }),
  ];
}

async function measure(load: Load, idleKb: number): Promise<Measured> {
  const perSecond = await saturate(load, loadMs);
  return { idleKb, perSecond, p99Ms: await paceAt(load, perSecond / 2, loadMs) };
}

/** What a process holds more than before, for each connection, once it has come to rest. */
async function memoryOfIdle(residentBytes: () => number, open: () => Promise<unknown>): Promise<number> {
  await rest();
  const before = residentBytes();
  await open();
  await rest();
  return (residentBytes() - before) / kibibyte / idleConnections;
}

const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, restMs));

type Member = { readonly id: number; readonly token: string };

async function measureOurs(dir: string): Promise<Measured> {
  const server = await startServerCommand(serverCommand, path.join(dir, 'server'), [
    '--max-connections=5000',
    '--max-connections-per-address=5000',
    '--requests-per-second=1000000',
  ]);
  try {
    const members: Member[] = [];
    const talking = await openMany(server.url, 2 * pairs, async (socket, index) => {
      members[index] = await register(socket, `talker ${index}`);
    });
    const idlers: Member[] = [];
    const firsts = await openMany(server.url, idleConnections / perPerson, async (socket, index) => {
      idlers[index] = await register(socket, `idler ${index}`);
    });
    for (const socket of firsts) socket.terminate();
    const idleKb = await memoryOfIdle(server.residentBytes, () =>
      openMany(server.url, idleConnections, (socket, index) =>
        ask(socket, 'LOGIN_BY_TOKEN', { token: idlers[index % idlers.length]?.token }),
      ),
    );
    return await measure(createChatLoad(talking, members), idleKb);
  } finally {
    await server.kill();
  }
}

const textOfFrames = 'x'.repeat(40);

function createChatLoad(talking: readonly WebSocket[], members: readonly Member[]): Load {
  let lastId = 0;
  const load: Load = {
    pairs,
    send: (pair, number) => {
      const [sender, receiver] = [members[2 * pair], members[2 * pair + 1]];
      // Numbers begin anew with each measurement: ids must not, or the server takes the message for a repeat.
      lastId += 1;
      const payload = { messageId: lastId, senderId: sender?.id, receiverId: receiver?.id };
      talking[2 * pair]?.send(
        JSON.stringify({ type: 'SEND_MESSAGE', payload: { ...payload, content: `${number} ${textOfFrames}` } }),
      );
    },
    onDelivered: () => undefined,
  };
  for (let pair = 0; pair < pairs; pair += 1) {
    talking[2 * pair + 1]?.on('message', (data: Buffer) => {
      const { type, payload } = JSON.parse(data.toString()) as { type: string; payload: { content: string } };
      if (type === 'MESSAGE_RECEIVED_OTHER') load.onDelivered(pair, Number.parseInt(payload.content, 10));
    });
  }
  return load;
}

const register = (socket: WebSocket, username: string): Promise<Member> =>
  ask(socket, 'REGISTER', { username, password: 'correct horse', email: '' });

async function ask(socket: WebSocket, type: string, payload: object): Promise<Member> {
  socket.send(JSON.stringify({ type, payload }));
  const [data] = (await once(socket, 'message')) as [Buffer];
  const reply = JSON.parse(data.toString()) as { payload: { userId?: number; token?: string; error?: string } };
  const { userId, token } = reply.payload;
  if (userId === undefined || token === undefined) throw new Error(reply.payload.error ?? 'no log-in');
  return { id: userId, token };
}

/** The floor: `ws` in a process of its own, which sends back what comes and keeps nothing. */
const echoProgram = `
import { WebSocketServer } from 'ws';
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (socket) => socket.on('message', (data) => socket.send(data, { binary: false })));
server.on('listening', () => console.log(server.address().port));
`;

async function measureEcho(): Promise<Measured> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', echoProgram], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    const url = `ws://127.0.0.1:${port.toString().trim()}`;
    const talking = await openMany(url, pairs, () => Promise.resolve());
    const idleKb = await memoryOfIdle(
      () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * kibibyte,
      () => openMany(url, idleConnections, () => Promise.resolve()),
    );
    const load: Load = {
      pairs,
      send: (pair, number) => talking[pair]?.send(`${number} ${textOfFrames.repeat(3)}`),
      onDelivered: () => undefined,
    };
    for (const [pair, socket] of talking.entries())
      socket.on('message', (data: Buffer) => load.onDelivered(pair, Number.parseInt(data.toString(), 10)));
    return await measure(load, idleKb);
  } finally {
    child.kill('SIGKILL');
  }
}
