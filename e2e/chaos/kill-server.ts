import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, register, type Client } from '../../src-server/testing/client.ts';
import { createRandom, type Random } from '../../src-shared/protocol/random.ts';
import { startServer, type TestServer } from '../fixtures/server.ts';
import { readNumbers } from './options.ts';
import { withPrograms } from './programs.ts';

type Member = { readonly id: number; readonly token: string };
/** A message as its sender knows it. */
type Sent = { readonly id: number; readonly senderId: number; readonly receiverId: number; readonly content: string };

const people = 6;
const slowestStartMs = 5_000;
const longestLoadMs = 400;
/** Of each loop, so many are sent again after the restart, acknowledged or not. */
const resends = 40;

/**
 * `npm run chaos -- kill-server`: kill −9 at random moments under load. What was acknowledged is stored, once, also when
 * it is sent again, and the server is back within five seconds (safety S8, R39).
 */
export async function run(args: string[]): Promise<number> {
  const options = readNumbers(args, { loops: 50, seed: 1 });
  if (options === null) return 2;
  return withPrograms(async ({ serverFile }) => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'kith-kill-'));
    try {
      return await killLoops(serverFile, dataDir, options.loops, createRandom(options.seed));
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
}

async function killLoops(serverFile: string, dataDir: string, loops: number, random: Random): Promise<number> {
  let server = await startServer(dataDir, 0, serverFile);
  const members: Member[] = [];
  for (let index = 0; index < people; index += 1) {
    const { id, token, socket } = await register(server.url, `member ${index}`);
    members.push({ id, token });
    socket.terminate();
  }
  const totals = { acknowledged: 0, stored: 0, faults: 0, slowestMs: 0 };
  let lastId = 0;
  console.log('  loop  sent  acknowledged  stored  missing  twice  back after ms');
  for (let loop = 1; loop <= loops; loop += 1) {
    const [sender, receiver] = pairOf(members, loop);
    const sent: Sent[] = [];
    const acknowledged = await loadUntilKilled(server, sender, random, () => {
      lastId += 1;
      const one = { id: lastId, senderId: sender.id, receiverId: receiver.id, content: `text ${lastId}` };
      sent.push(one);
      return one;
    });
    const startMs = performance.now();
    server = await startServer(dataDir, server.port, serverFile);
    const client = await logIn(server.url, sender);
    const backMs = performance.now() - startMs;
    const before = await contentsOf(client, sender, receiver);
    const again = Array.from({ length: Math.min(resends, sent.length) }, () => random.pick(sent));
    await sendAll(client, again);
    const after = await contentsOf(client, sender, receiver);
    client.socket.terminate();

    const counts = countEach(after);
    const isMissing = (one: Sent, contents: ReadonlySet<string>): boolean => !contents.has(one.content);
    const missing =
      sent.filter((one) => acknowledged.has(one.id) && isMissing(one, new Set(before))).length +
      again.filter((one) => isMissing(one, new Set(after))).length;
    const twice = [...counts.values()].filter((count) => count > 1).length;
    const stored = sent.filter((one) => !isMissing(one, new Set(before))).length;
    totals.faults += missing + twice + (backMs > slowestStartMs ? 1 : 0);
    totals.slowestMs = Math.max(totals.slowestMs, Math.round(backMs));
    totals.acknowledged += acknowledged.size;
    totals.stored += stored;
    const columns = [loop, sent.length, acknowledged.size, stored, missing, twice, Math.round(backMs)];
    console.log(columns.map((value, index) => String(value).padStart(widths[index] ?? 0)).join(''));
  }
  await server.stop();
  console.log(`${totals.faults === 0 ? 'nothing lost' : 'FAILED'}: ${JSON.stringify(totals)}`);
  return totals.faults === 0 ? 0 : 1;
}

const widths = [6, 6, 14, 8, 9, 7, 15];

/** Another pair each time, so that no history grows for ever. */
function pairOf(members: readonly Member[], loop: number): readonly [Member, Member] {
  const sender = members[loop % people]!;
  const receiver = members[(loop + 1 + (Math.floor(loop / people) % (people - 1))) % people]!;
  return [sender, receiver];
}

/** Sends without a pause until the kill, at a moment by chance. @returns the ids that were acknowledged. */
async function loadUntilKilled(
  server: TestServer,
  sender: Member,
  random: Random,
  next: () => Sent,
): Promise<ReadonlySet<number>> {
  const client = await logIn(server.url, sender);
  const acknowledged = new Set<number>();
  let isOver = false;
  client.socket.on('message', (data: Buffer) => {
    const { type, payload } = JSON.parse(data.toString()) as { type: string; payload: { messageId: number } };
    if (type !== 'MESSAGE_RECEIVED_SELF') return;
    acknowledged.add(payload.messageId);
    if (!isOver) send(client, next());
  });
  for (let index = 0; index < 64; index += 1) send(client, next());
  await new Promise((resolve) => setTimeout(resolve, random.below(longestLoadMs)));
  isOver = true;
  await Promise.all([server.kill(), client.closed]);
  return acknowledged;
}

function send(client: Client, { id, ...rest }: Sent): void {
  client.send('SEND_MESSAGE', { messageId: id, ...rest });
}

async function logIn(url: string, { token }: Member): Promise<Client> {
  const client = await connect(url);
  await client.ask('LOGIN_BY_TOKEN', { token }, 'LOGIN_SUCCESS');
  return client;
}

/** Sends these and waits for as many acks. */
async function sendAll(client: Client, messages: readonly Sent[]): Promise<void> {
  for (const one of messages) {
    send(client, one);
    await client.next('MESSAGE_RECEIVED_SELF', (payload) => payload.messageId === one.id);
  }
}

async function contentsOf(client: Client, one: Member, other: Member): Promise<string[]> {
  const rows = await client.ask('LOAD_MESSAGES', { userId: one.id, targetId: other.id }, 'MESSAGES_LOADED');
  return (rows as { content: string }[]).map(({ content }) => content);
}

function countEach(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
