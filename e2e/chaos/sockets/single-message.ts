import { register } from '../../../src-server/testing/client.ts';
import { userId } from '../../../src-shared/kernel/ids.ts';
import { checkHistory, type Verdict } from './checker.ts';
import { openPerson, waitUntil, type ChaosPerson } from './person.ts';
import type { World } from './world.ts';

export type SingleRuns = {
  readonly world: World;
  /** The built file of the store's process. */
  readonly storeFile: string;
  readonly name: string;
  readonly runs: number;
};

type Outcome = { readonly verdict: Verdict; readonly runs: number };

/** Grace 117 ms, an unanswered message is given up after 340 ms: on loopback, with one message at a time, that is long. */
const speed = 30;
const timeoutMs = 20_000;
const stillMs = 30;

/** R1: the line breaks at byte 0, 1, 2 … of the frame of a message, one message after the other, up to past its end. */
export async function cutAtEveryByte(given: Omit<SingleRuns, 'runs'>): Promise<Outcome> {
  return oneByOne(given, async ({ proxy }, write, index) => {
    const connections = proxy.acceptedConnections();
    proxy.cutAfter('up', index);
    const text = await write();
    await waitUntil(timeoutMs, () => proxy.acceptedConnections() > connections);
    return index < frameBytes(text);
  });
}

/** R2: from the moment before the server stores a message nothing comes back from it, until the line is given up. */
export async function swallowAcks({ runs, ...given }: SingleRuns): Promise<Outcome> {
  return oneByOne(given, async ({ proxy }, write, index) => {
    const connections = proxy.acceptedConnections();
    proxy.setFault('down', { kind: 'blackhole' });
    await write();
    await waitUntil(timeoutMs, () => proxy.openConnections() === 0);
    proxy.cut();
    proxy.setFault('down', null);
    await waitUntil(timeoutMs, () => proxy.acceptedConnections() > connections);
    return index < runs - 1;
  });
}

type OneRun = (person: ChaosPerson, write: () => Promise<string>, index: number) => Promise<boolean>;

/** One message at a time to somebody who never reads, while `run` says that there is another one. */
async function oneByOne({ world, storeFile, name }: Omit<SingleRuns, 'runs'>, run: OneRun): Promise<Outcome> {
  const peer = await register(`ws://127.0.0.1:${world.port}`, `${name}-peer`);
  peer.socket.terminate();
  const peerId = userId(peer.id);
  const person = await openPerson(storeFile, world.port, name, speed);
  const isThrough = async (): Promise<boolean> =>
    person.isConnected() && (await person.rows(peerId)).every(({ state }) => state === 'sent');
  /** So that the next bytes that go up are those of the message. */
  const isStill = async (): Promise<boolean> => {
    const before = person.proxy.bytesPassed('up');
    await new Promise((resolve) => setTimeout(resolve, stillMs));
    return person.proxy.bytesPassed('up') === before && person.isConnected();
  };
  try {
    await person.add(peerId);
    let runs = 0;
    for (let goesOn = true; goesOn; runs += 1) {
      await waitUntil(timeoutMs, async () => (await isThrough()) && (await isStill()));
      const text = `a message ${runs}`;
      goesOn = await run(person, async () => (await person.write(peerId, text), text), runs);
    }
    await waitUntil(timeoutMs, isThrough);
    const shown = await person.rows(peerId);
    const stored = (await world.stored(person, peerId)).map(({ content }) => content);
    const { written } = person;
    return { runs, verdict: checkHistory([{ says: name, written, shown, stored, received: stored }]) };
  } finally {
    await person.close();
  }
}

const longestNumber = 2 ** 31;

/** At least as long as the frame of this text on the wire, head and mask included. */
function frameBytes(text: string): number {
  const payload = { messageId: longestNumber, senderId: longestNumber, receiverId: longestNumber, content: text };
  return JSON.stringify({ type: 'SEND_MESSAGE', payload }).length + 8;
}
