import type { UserId } from '../src-shared/kernel/ids.ts';
import type { ServerFrame } from '../src-shared/protocol/frames.ts';
import { encodeServerFrame } from '../src-shared/protocol/codec.ts';
import type { Limits } from './limits.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';
import type { TokenOwner } from './tokens.ts';

/** One signed-in connection, as others see it. */
export type Peer = {
  readonly owner: TokenOwner;
  /** Sends unless the peer is too far behind. */
  readonly push: (text: string) => void;
  /** Ends it because its token is no longer good. */
  readonly signedOut: () => void;
};

/** Who is here, with how many connections. */
export type Sessions = {
  attach(peer: Peer): void;
  detach(peer: Peer): void;
  isOnline(person: UserId): boolean;
  /** Sends a frame to every connection of a person, but for `except`. */
  push(person: UserId, frame: ServerFrame, except?: Peer): void;
  /** Ends the connections of a person whose token is not `keptHash`. */
  endOthers(person: UserId, keptHash: Uint8Array): void;
  /** Ends the other connections of the same token. */
  endSame(peer: Peer): void;
  /** What a person may still do, all their connections together. */
  allowance(person: UserId): Allowance;
};

export type Allowance = { readonly requests: TokenBucket; readonly files: TokenBucket };

type Presence = { readonly peers: Set<Peer>; readonly allowance: Allowance };

type SessionsPorts = {
  readonly limits: Limits;
  readonly nowMs: () => number;
  /** Called when the first connection of a person comes or the last one goes. */
  readonly presenceChanged: (person: UserId) => void;
};

const sameToken = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

export function createSessions({ limits, nowMs, presenceChanged }: SessionsPorts): Sessions {
  const present = new Map<UserId, Presence>();
  const peersOf = (person: UserId): readonly Peer[] => [...(present.get(person)?.peers ?? [])];

  const newAllowance = (): Allowance => ({
    requests: createTokenBucket(limits.requestsPerSecond, limits.requestBurst, nowMs),
    files: createTokenBucket(limits.filesPerMinute / 60, limits.fileBurst, nowMs),
  });

  return {
    attach(peer) {
      const { person } = peer.owner;
      const known = present.get(person);
      if (known !== undefined) {
        known.peers.add(peer);
        return;
      }
      present.set(person, { peers: new Set([peer]), allowance: newAllowance() });
      presenceChanged(person);
    },
    detach(peer) {
      const { person } = peer.owner;
      const known = present.get(person);
      if (known === undefined || !known.peers.delete(peer) || known.peers.size > 0) return;
      present.delete(person);
      presenceChanged(person);
    },
    isOnline(person) {
      return present.has(person);
    },
    push(person, frame, except) {
      const peers = present.get(person)?.peers;
      if (peers === undefined || (peers.size === 1 && except !== undefined && peers.has(except))) return;
      const text = encodeServerFrame(frame);
      for (const peer of peers) if (peer !== except) peer.push(text);
    },
    endOthers(person, keptHash) {
      for (const peer of peersOf(person)) if (!sameToken(peer.owner.tokenHash, keptHash)) peer.signedOut();
    },
    endSame(peer) {
      for (const other of peersOf(peer.owner.person)) {
        if (other !== peer && sameToken(other.owner.tokenHash, peer.owner.tokenHash)) other.signedOut();
      }
    },
    allowance(person) {
      return present.get(person)?.allowance ?? newAllowance();
    },
  };
}
