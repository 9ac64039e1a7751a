import { createRandom, type Random } from '../../../src-shared/protocol/random.ts';
import { checkHistory, type Direction, type Verdict } from './checker.ts';
import type { ChaosProxy } from '../proxy.ts';
import { openPerson, waitUntil, type ChaosPerson } from './person.ts';
import { describeStep, makeSchedule, type Step } from './schedule.ts';
import type { World } from './world.ts';

export type ChaosRun = {
  readonly world: World;
  /** The built file of the store's process. */
  readonly storeFile: string;
  readonly seed: number;
  readonly messages: number;
};

export type ChaosReport = {
  readonly verdict: Verdict;
  readonly steps: readonly string[];
  readonly connections: number;
};

/** Seconds of the programs in one real second: grace, back-off and deadlines shrink together and keep their relation. */
export const chaosSpeed = 8;
const quietTimeoutMs = 40_000;
const shortTexts = ['ok', '好', '👍'];
const later = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));

/**
 * Two people write to each other while their lines and their server fail by a schedule; then everything is healed, and
 * both sides and the server must agree (safety S5).
 */
export async function runChaos({ world, storeFile, seed, messages }: ChaosRun): Promise<ChaosReport> {
  const random = createRandom(seed);
  const schedule = makeSchedule(random, messages);
  const names = ['ann', 'ben'].map((name) => `${name}-${seed}`);
  const people: ChaosPerson[] = [];
  try {
    for (const name of names) people.push(await openPerson(storeFile, world.port, name, chaosSpeed));
    const [ann, ben] = people as [ChaosPerson, ChaosPerson];
    await ann.add(ben.id);
    await ben.add(ann.id);
    await writeThrough(world, [ann, ben], random, schedule, messages);
    await heal(world, people);
    await waitUntil(quietTimeoutMs, () => isQuiet(ann, ben));
    // Once more from the beginning: what a fresh look at the server says must change nothing.
    const before = people.map(({ proxy }) => proxy.acceptedConnections());
    for (const { proxy } of people) proxy.cut();
    await waitUntil(quietTimeoutMs, () =>
      people.every(({ proxy }, index) => proxy.acceptedConnections() > (before[index] ?? 0)),
    );
    await heal(world, people);
    await later(300);
    await waitUntil(quietTimeoutMs, () => isQuiet(ann, ben));
    const verdict = checkHistory(await look(world, ann, ben));
    const connections = people.reduce((sum, { proxy }) => sum + proxy.acceptedConnections(), 0);
    return { verdict, steps: schedule.map(describeStep), connections };
  } finally {
    for (const person of people) await person.close();
  }
}

async function writeThrough(
  world: World,
  people: readonly [ChaosPerson, ChaosPerson],
  random: Random,
  schedule: readonly Step[],
  messages: number,
): Promise<void> {
  const troubles: Promise<void>[] = [];
  // One restart at a time: the server has one port.
  let lastRestart: Promise<void> = Promise.resolve();
  for (let index = 0; index < messages; index += 1) {
    for (const step of schedule.filter(({ at }) => at === index)) {
      const { trouble, who } = step;
      if (trouble.kind === 'restart') lastRestart = lastRestart.then(() => world.restart(trouble.how, trouble.awayMs));
      else troubles.push(makeTrouble(people[who].proxy, step));
    }
    const from = random.below(2);
    const text = random.oneIn(10) ? random.pick(shortTexts) : `${index} 你好 ${'x'.repeat(random.below(120))}`;
    await people[from === 0 ? 0 : 1].write(people[from === 0 ? 1 : 0].id, text);
    if (random.oneIn(3)) await later(random.below(40));
  }
  await Promise.all([...troubles, lastRestart]);
}

async function makeTrouble(proxy: ChaosProxy, { trouble }: Step): Promise<void> {
  switch (trouble.kind) {
    case 'cut-after':
      return proxy.cutAfter(trouble.direction, trouble.bytes);
    case 'cut':
      return proxy.cut();
    case 'reset':
      return proxy.reset();
    case 'half-close':
      return proxy.halfClose(trouble.direction);
    case 'stall':
    case 'blackhole': {
      const directions = trouble.direction === 'both' ? (['up', 'down'] as const) : [trouble.direction];
      for (const direction of directions) proxy.setFault(direction, { kind: trouble.kind });
      await later(trouble.forMs);
      // Bytes that vanished are missing from a stream: it ends before the way is free again.
      if (trouble.kind === 'blackhole') proxy.cut();
      for (const direction of directions) proxy.setFault(direction, null);
      return;
    }
    case 'throttle':
      proxy.setFault(trouble.direction, { kind: 'throttle', bytesPerSecond: trouble.bytesPerSecond });
      return;
    case 'refuse':
      proxy.cut();
      await proxy.refuse(true);
      await later(trouble.forMs);
      return proxy.refuse(false);
    default:
  }
}

async function heal(world: World, people: readonly ChaosPerson[]): Promise<void> {
  world.heal();
  for (const { proxy } of people) {
    proxy.setFault('up', null);
    proxy.setFault('down', null);
    await proxy.refuse(false);
  }
  await waitUntil(quietTimeoutMs, async () => {
    for (const person of people) if (!person.isConnected()) await person.retryNow();
    return people.every((person) => person.isConnected());
  });
}

/** Nothing is on its way out, and everything that was written is shown on the other side. */
async function isQuiet(ann: ChaosPerson, ben: ChaosPerson): Promise<boolean> {
  const total = ann.written.length + ben.written.length;
  for (const [person, peer] of [
    [ann, ben],
    [ben, ann],
  ] as const) {
    if (!person.isConnected()) return false;
    const rows = await person.rows(peer.id);
    if (rows.length < total || rows.some(({ state }) => state === 'queued' || state === 'sending')) return false;
  }
  return true;
}

async function look(world: World, ann: ChaosPerson, ben: ChaosPerson): Promise<Direction[]> {
  const stored = await world.stored(ann, ben.id);
  const [annRows, benRows] = [await ann.rows(ben.id), await ben.rows(ann.id)];
  const from = <T extends { readonly senderId: number }>(rows: readonly T[], { id }: ChaosPerson): T[] =>
    rows.filter(({ senderId }) => senderId === id);
  const direction = (sender: ChaosPerson, own: typeof annRows, others: typeof annRows): Direction => ({
    says: sender.name,
    written: sender.written,
    shown: from(own, sender),
    stored: from(stored, sender).map(({ content }) => content),
    received: from(others, sender).map(({ text }) => text),
  });
  return [direction(ann, annRows, benRows), direction(ben, benRows, annRows)];
}
