import { once } from 'node:events';
import { WebSocket } from 'ws';
import { quantile } from './table.ts';

/** Pairs of connections between which messages go; how a message is sent and known again is the server's affair. */
export type Load = {
  readonly pairs: number;
  readonly send: (pair: number, number: number) => void;
  /** Set by whoever measures: called with the number of a message once it is with its receiver. */
  onDelivered: (pair: number, number: number) => void;
};

/** Messages that one sender has under way, as the client does. */
const windowSize = 16;
const tickMs = 5;
const later = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));

/** Sends as much as goes through. @returns messages delivered in a second. */
export async function saturate(load: Load, durationMs: number): Promise<number> {
  let delivered = 0;
  let isOver = false;
  let next = 0;
  load.onDelivered = (pair) => {
    if (isOver) return;
    delivered += 1;
    load.send(pair, next++);
  };
  const startMs = performance.now();
  for (let pair = 0; pair < load.pairs; pair += 1)
    for (let index = 0; index < windowSize; index += 1) load.send(pair, next++);
  await later(durationMs);
  isOver = true;
  const rate = (delivered / (performance.now() - startMs)) * 1_000;
  await later(500);
  return rate;
}

/** Sends at this rate. @returns the time to delivery that 99 of 100 messages keep, in milliseconds. */
export async function paceAt(load: Load, perSecond: number, durationMs: number): Promise<number> {
  const sentAtMs = new Map<number, number>();
  const times: number[] = [];
  load.onDelivered = (_, number) => {
    const startMs = sentAtMs.get(number);
    if (startMs !== undefined) times.push(performance.now() - startMs);
  };
  const startMs = performance.now();
  let sent = 0;
  for (let nowMs = startMs; nowMs - startMs < durationMs; nowMs = performance.now()) {
    const due = Math.floor(((nowMs - startMs) * perSecond) / 1_000);
    for (; sent < due; sent += 1) {
      sentAtMs.set(sent, performance.now());
      load.send(sent % load.pairs, sent);
    }
    await later(tickMs);
  }
  await later(1_000);
  if (times.length < sent) throw new Error(`${sent - times.length} of ${sent} messages did not arrive`);
  return quantile(times, 0.99);
}

/** Opens so many connections, a few at a time, and does something on each before the next. */
export async function openMany(
  url: string,
  count: number,
  greet: (socket: WebSocket, index: number) => Promise<unknown>,
): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  const lane = async (): Promise<void> => {
    while (sockets.length < count) {
      const socket = new WebSocket(url, { perMessageDeflate: false });
      const index = sockets.push(socket) - 1;
      await once(socket, 'open');
      // At the end their server goes away under them.
      socket.on('error', () => undefined);
      await greet(socket, index);
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return sockets;
}
