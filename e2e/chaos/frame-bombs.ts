import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import type { WebSocket } from 'ws';
import { rawSocketOf } from '../../src-main/connection/testing/loopback.ts';
import { buildStoreProcess } from '../../src-main/store/testing/build-store-process.ts';
import { register } from '../../src-server/testing/client.ts';
import { userId } from '../../src-shared/kernel/ids.ts';
import { encodeServerFrame } from '../../src-shared/protocol/codec.ts';
import { goldenServerFrames } from '../../src-shared/protocol/golden-server-frames.ts';
import { maxServerFrameBytes } from '../../src-shared/protocol/limits.ts';
import { startOtherServer, type OtherServer } from '../doubles/other-server.ts';
import { readNumbers } from './options.ts';
import { openPerson, waitUntil, type ChaosPerson } from './sockets/person.ts';

type Bomb = {
  readonly says: string;
  /** Bytes as they go onto the wire. Ended when the other side is gone. */
  readonly pieces: () => Generator<Uint8Array>;
  /** Whether the connection has to end over it. */
  readonly isFatal: boolean;
};

const processNames = ['main', 'store'] as const;
type Resident = Readonly<Record<(typeof processNames)[number], number>>;

export type FrameBombsReport = {
  readonly bombs: readonly string[];
  readonly faults: readonly string[];
  /** What this process, with main and the hostile server in it, and the store's process grew by at most. */
  readonly grownBytes: Resident;
  /** What both grew by at one time. */
  readonly togetherBytes: number;
};

const mebibyte = 1_024 * 1_024;
const maxGrownBytes = 200 * 1_000_000;
const inMebibytes = (bytes: number): number => Math.round(bytes / mebibyte);
const sampleMs = 10;
const timeoutMs = 60_000;
const opcodes = { text: 0x81, firstFragment: 0x01, fragment: 0x00, compressed: 0xc1 };

/** The head of a frame from a server (RFC 6455 §5.2). */
function headOf(opcode: number, length: number): Buffer {
  const head = Buffer.alloc(10);
  head.set([opcode, 127]);
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

/** Everything is made before memory is measured, so that only the program's own is. */
function makeBombs(): Bomb[] {
  const filler = Buffer.alloc(mebibyte, 'x');
  const squeezed = deflateRawSync(Buffer.alloc(100 * mebibyte));
  const row = goldenServerFrames.flatMap(({ frame }) => (frame.kind === 'messages-loaded' ? frame.messages : []))[0]!;
  const history = Buffer.from(
    encodeServerFrame({
      kind: 'messages-loaded',
      messages: Array.from({ length: 60 }, () => ({ ...row, content: 'x'.repeat(mebibyte) })),
      droppedRows: 0,
    }),
  );
  const most = Math.floor(maxServerFrameBytes / mebibyte);
  return [
    {
      says: '100 MiB in a compressed frame',
      isFatal: true,
      *pieces() {
        yield Buffer.concat([headOf(opcodes.compressed, squeezed.length), squeezed]);
      },
    },
    {
      says: 'a frame that is said to have 4 GiB',
      isFatal: true,
      *pieces() {
        yield headOf(opcodes.text, 4_096 * mebibyte);
        while (true) yield filler;
      },
    },
    {
      says: 'a message of fragments without end',
      isFatal: true,
      *pieces() {
        for (let count = 0; ; count += 1) {
          yield headOf(count === 0 ? opcodes.firstFragment : opcodes.fragment, filler.length);
          yield filler;
        }
      },
    },
    {
      says: 'a million fragments of one byte',
      isFatal: true,
      *pieces() {
        const tiny = Buffer.from([opcodes.fragment, 1, 0x78]);
        yield Buffer.from([opcodes.firstFragment, 1, 0x78]);
        const many = Buffer.concat(Array.from({ length: 10_000 }, () => tiny));
        for (let count = 0; count < 100; count += 1) yield many;
      },
    },
    {
      says: `a frame of ${most - 1} MiB that is no JSON`,
      isFatal: false,
      *pieces() {
        yield headOf(opcodes.text, (most - 1) * mebibyte);
        for (let count = 1; count < most; count += 1) yield filler;
      },
    },
    {
      says: 'a history of 60 MiB that nobody asked for',
      isFatal: false,
      *pieces() {
        yield headOf(opcodes.text, history.length);
        yield history;
      },
    },
  ];
}

/** Throws frames at the program that are too much (safety T16): none of its processes may grow by 200 MB, and it goes on. */
export async function throwFrameBombs({ rounds }: { readonly rounds: number }): Promise<FrameBombsReport> {
  const storeFile = await buildStoreProcess();
  const server = await startOtherServer();
  const ben = await register(server.url, 'ben');
  const ann = await openPerson(storeFile, server.port, 'ann', 1);
  const faults: string[] = [];
  const bombs = makeBombs();
  try {
    await ann.add(userId(ben.id));
    await ann.write(userId(ben.id), 'before');
    const before = residentBytes();
    const grownBytes = { main: 0, store: 0 };
    let togetherBytes = 0;
    const sampling = setInterval(() => {
      const now = residentBytes();
      togetherBytes = Math.max(togetherBytes, sumOf(now) - sumOf(before));
      for (const name of processNames) grownBytes[name] = Math.max(grownBytes[name], now[name] - before[name]);
    }, sampleMs);
    for (let round = 0; round < rounds; round += 1)
      for (const bomb of bombs) {
        const fault = await throwOne(server, ann, userId(ben.id), bomb);
        if (fault !== null) faults.push(`${bomb.says}: ${fault}`);
      }
    clearInterval(sampling);
    for (const name of processNames)
      if (grownBytes[name] > maxGrownBytes) faults.push(`${name} grew by ${inMebibytes(grownBytes[name])} MiB`);
    return { bombs: bombs.map(({ says }) => says), faults, grownBytes, togetherBytes };
  } finally {
    await ann.close();
    await server.stop();
    rmSync(path.dirname(storeFile), { recursive: true, force: true });
  }
}

/** @returns what went wrong, or null. */
async function throwOne(
  server: OtherServer,
  ann: ChaosPerson,
  peerId: ReturnType<typeof userId>,
  bomb: Bomb,
): Promise<string | null> {
  const isUp = (): boolean => ann.isConnected() && server.socketsOf(ann.id).length > 0;
  if (!(await waitUntil(timeoutMs, isUp))) return 'not connected before it';
  const connections = ann.proxy.acceptedConnections();
  await pour(server.socketsOf(ann.id).at(-1)!, bomb);
  if (bomb.isFatal && !(await waitUntil(timeoutMs, () => ann.proxy.acceptedConnections() > connections)))
    return 'the connection did not end';
  await ann.write(peerId, `after ${bomb.says}`);
  const isSent = async (): Promise<boolean> => (await ann.rows(peerId)).at(-1)?.state === 'sent';
  if (!(await waitUntil(timeoutMs, isSent))) return 'nothing could be sent after it';
  return !bomb.isFatal && ann.proxy.acceptedConnections() > connections ? 'the connection ended' : null;
}

/**
 * Writes as fast as it is taken, until all is written or nobody is there. What the server itself has to say meanwhile,
 * such as a pong, waits: in the middle of a frame it would be a part of it.
 */
async function pour(socket: WebSocket, { pieces }: Bomb): Promise<void> {
  const raw = rawSocketOf(socket);
  raw.on('error', () => undefined);
  const closed = new Promise((resolve) => raw.once('close', resolve));
  const write = raw.write.bind(raw) as (...said: unknown[]) => boolean;
  const waiting: unknown[][] = [];
  raw.write = (...said: unknown[]) => waiting.push(said) > 0;
  for (const piece of pieces()) {
    if (raw.destroyed) return;
    if (!write(piece)) await Promise.race([closed, new Promise((resolve) => raw.once('drain', resolve))]);
  }
  raw.write = write;
  for (const said of waiting) write(...said);
}

/** Linux. */
function residentBytes(): Resident {
  const started = readdirSync('/proc').filter(isChild);
  return { main: residentOf(String(process.pid)), store: started.reduce((sum, pid) => sum + residentOf(pid), 0) };
}

const sumOf = (resident: Resident): number => processNames.reduce((sum, name) => sum + resident[name], 0);

function isChild(name: string): boolean {
  return /^\d+$/.test(name) && new RegExp(`^PPid:\\s+${process.pid}$`, 'm').test(statusOf(name));
}

function residentOf(pid: string): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(statusOf(pid))?.[1] ?? 0) * 1_024;
}

function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    // It ended just now.
    return '';
  }
}

/** `npm run chaos -- frame-bombs`. */
export async function run(args: string[]): Promise<number> {
  const options = readNumbers(args, { rounds: 3 });
  if (options === null) return 2;
  const { bombs, faults, grownBytes, togetherBytes } = await throwFrameBombs(options);
  console.log(`${options.rounds} times: ${bombs.join(' · ')}`);
  for (const name of processNames)
    console.log(`${name} grew by ${inMebibytes(grownBytes[name])} MiB at most (target < 200)`);
  console.log(`both together grew by ${inMebibytes(togetherBytes)} MiB at most`);
  for (const fault of faults) console.log(`  ${fault}`);
  return faults.length === 0 ? 0 : 1;
}
