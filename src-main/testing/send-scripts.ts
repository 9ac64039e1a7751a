import type { UserId } from '../../src-shared/kernel/ids.ts';
import { settle } from '../connection/testing/fake-clock.ts';
import { anna, cleo, type ScopeRig } from './scope-rig.ts';

/** The server keeps what it gets and says nothing. */
export function silence(rig: ScopeRig): void {
  rig.link.onSend = (frame) => {
    if (frame.kind === 'send-message') rig.keep(frame);
  };
}

/** A server that gives ids of its own and names only those, counting on from the last it has given. */
export function numberByItself(rig: ScopeRig, lastGiven = 0): void {
  let lastId = lastGiven;
  rig.link.onSend = (frame) => {
    if (frame.kind !== 'send-message') return;
    lastId += 1;
    rig.keep(frame, lastId);
    rig.acknowledge(lastId);
  };
}

/** The server takes nothing and says nothing, as when the connection is dead. */
export function loseEverything(rig: ScopeRig): void {
  rig.link.onSend = () => {};
}

/** Acknowledges everything that the server has, whatever was acknowledged before. */
export function acknowledgeAll(rig: ScopeRig): void {
  for (const row of rig.rows) rig.acknowledge(row.id);
}

export async function sendAll(rig: ScopeRig, texts: readonly string[], peerId: UserId = anna): Promise<void> {
  for (const text of texts) await rig.send(text, peerId);
  await settle();
}

/** Connects and has three messages to Cleo acknowledged, then forgets them: the window is wide. */
export async function earnTrust(rig: ScopeRig): Promise<void> {
  await rig.ready();
  await sendAll(rig, ['one', 'two', 'three'], cleo);
  rig.link.sent.length = 0;
  rig.rows.length = 0;
}

export const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => `n${index + 1}`);
