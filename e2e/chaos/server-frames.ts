import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WebSocket } from 'ws';
import { connect, register, sendText, settle, type Person } from '../../src-server/testing/client.ts';
import { createRandom, type Random } from '../../src-shared/protocol/random.ts';
import { startServerCommand, type ServerCommand } from '../fixtures/server-command.ts';
import { readNumbers } from './options.ts';
import { withPrograms } from './programs.ts';
import { hashOfData } from './server-frames/database-hash.ts';
import { createHostileFrames, createOwnFrames, type HostileFrame } from './server-frames/hostile-frames.ts';

const mebibyte = 2 ** 20;
const maxGrowthBytes = 20 * mebibyte;
const rounds = 5;
const lanes = 6;
/** Frames between two pings: an answer shows that they were read. */
const burst = 3;
const slowestAnswerMs = 1_000;

const serverOptions = ['--requests-per-second=1000000', '--max-connections-per-address=1000'];

/**
 * `npm run chaos -- server-frames`: hostile frames over live sockets, before and after a log-in. The server lives, does
 * not grow, answers everybody else meanwhile, and its database is the same to the byte (safety S2). Then frames that
 * are somebody's own: nobody else's belongings change.
 */
export async function run(args: string[]): Promise<number> {
  const options = readNumbers(args, { frames: 100_000, seed: 1 });
  if (options === null) return 2;
  return withPrograms(async ({ serverCommand }) => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'kith-frames-'));
    try {
      const faults = await attack(serverCommand, dataDir, options.frames, createRandom(options.seed), console.log);
      console.log(faults.length > 0 ? 'FAILED' : 'no effect');
      return faults.length > 0 ? 1 : 0;
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
}

/** @param dataDir an empty folder. @returns what should not have happened. */
export async function attack(
  serverCommand: string,
  dataDir: string,
  frames: number,
  random: Random,
  say: (line: string) => void,
): Promise<readonly string[]> {
  const start = (): Promise<ServerCommand> => startServerCommand(serverCommand, dataDir, serverOptions);
  let server = await start();
  const [ann, ben, eve] = [
    await register(server.url, 'ann'),
    await register(server.url, 'ben'),
    await register(server.url, 'eve'),
  ];
  await sendText(ann, ben.id, 'between us');
  await server.stop();
  const before = hashOfData(dataDir);

  server = await start();
  const witness = await watch(server, ann, ben);
  const faults: string[] = [];
  let warmBytes = 0;
  say('  who        round  frames  connections  frames/s  slowest answer ms  memory MB');
  const phases = [
    { who: 'nobody', token: null, next: createHostileFrames(random, 0), share: 0.5 },
    { who: 'a stranger', token: eve.token, next: createHostileFrames(random, eve.id), share: 0.5 },
    { who: 'their own', token: eve.token, next: createOwnFrames(random, eve.id), share: 0.1 },
  ];
  for (const { who, token, next, share } of phases) {
    if (who === 'their own') {
      await witness.stop();
      await server.stop();
      if (hashOfData(dataDir) !== before) faults.push('frames without effect changed the database');
      server = await start();
      await witness.follow(server);
    }
    for (let round = 1; round <= rounds; round += 1) {
      const startMs = performance.now();
      const count = Math.ceil((frames * share) / rounds);
      const connections = await sendFrames(server, token, next, count);
      const seconds = (performance.now() - startMs) / 1_000;
      if (!server.isAlive()) faults.push(`the server died of ${who}, round ${round}`);
      const resident = server.residentBytes();
      // The first rounds of both warm it up: pools, caches, compiled code.
      if (who === 'a stranger' && round === 1) warmBytes = resident;
      const columns = [round, count, connections, Math.round(count / seconds), Math.round(witness.slowestMs())];
      const cells = [...columns, (resident / mebibyte).toFixed(1)].map((value, index) =>
        String(value).padStart(widths[index] ?? 0),
      );
      say(`  ${who.padEnd(11)}${cells.join('')}`);
      if (faults.length > 0) break;
    }
    if (who === 'a stranger' && server.residentBytes() - warmBytes > maxGrowthBytes)
      faults.push(`grew by ${Math.round((server.residentBytes() - warmBytes) / mebibyte)} MB`);
  }
  if (witness.slowestMs() > slowestAnswerMs) faults.push(`somebody waited ${Math.round(witness.slowestMs())} ms`);
  faults.push(...(await witness.complaints()));
  await witness.stop();
  await server.stop();
  for (const fault of faults) say(`  ${fault}`);
  return faults;
}

const widths = [5, 8, 13, 10, 19, 11];

/** Somebody who uses the server all the while: their round trips, and what they find at the end. */
async function watch(first: ServerCommand, ann: Person, ben: Person) {
  let slowest = 0;
  const attention = { isOn: false };
  let watching: Promise<void> = Promise.resolve();
  let person = ann;

  async function follow(server: ServerCommand): Promise<void> {
    person = await logIn(server.url, ann);
    attention.isOn = true;
    watching = (async () => {
      while (attention.isOn) {
        const startMs = performance.now();
        await settle(person);
        slowest = Math.max(slowest, performance.now() - startMs);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
  }
  await follow(first);
  return {
    follow,
    slowestMs: () => slowest,
    async stop(): Promise<void> {
      attention.isOn = false;
      await watching;
    },
    async complaints(): Promise<string[]> {
      const rows = (await person.ask('LOAD_MESSAGES', { userId: ann.id, targetId: ben.id }, 'MESSAGES_LOADED')) as {
        content: string;
        status: string;
      }[];
      const found = rows.map(({ content, status }) => `${content} ${status}`).join('|');
      return found === 'between us sent' ? [] : [`what Ann wrote to Ben is now: ${found}`];
    },
  };
}

async function logIn(url: string, person: Person): Promise<Person> {
  const client = await connect(url);
  await client.ask('LOGIN_BY_TOKEN', { token: person.token }, 'LOGIN_SUCCESS');
  return { ...client, id: person.id, name: person.name, token: person.token };
}

/** Sends so many frames over as many connections as it takes. @returns how many those were. */
async function sendFrames(
  server: ServerCommand,
  token: string | null,
  next: () => HostileFrame,
  frames: number,
): Promise<number> {
  let left = frames;
  let connections = 0;
  const lane = async (): Promise<void> => {
    while (left > 0 && server.isAlive()) {
      connections += 1;
      const socket = new WebSocket(server.url, { perMessageDeflate: false });
      socket.on('error', () => undefined);
      const closed = once(socket, 'close');
      const isOpen = await Promise.race([once(socket, 'open').then(() => true), closed.then(() => false)]);
      if (!isOpen) throw new Error('the server takes no connections any more');
      if (token !== null) socket.send(JSON.stringify({ type: 'LOGIN_BY_TOKEN', payload: { token } }));
      while (left > 0 && socket.readyState === WebSocket.OPEN) {
        left -= burst;
        for (let index = 0; index < burst; index += 1) sendOne(socket, next());
        const ponged = once(socket, 'pong');
        socket.ping();
        await Promise.race([ponged, closed]);
      }
      socket.terminate();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return connections;
}

function sendOne(socket: WebSocket, { text, form }: HostileFrame): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (form !== 'in pieces') return socket.send(text, { binary: form === 'binary' });
  const middle = Math.floor(text.length / 2);
  socket.send(text.slice(0, middle), { fin: false });
  socket.send(text.slice(middle), { fin: true });
}
