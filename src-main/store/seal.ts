import { createHash, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** What is derived from an account's one stored key (safety §5.5): each use has a key of its own. */
export type StoreKeys = {
  /** Opens the file; hex, as libsql wants it. */
  readonly databaseKey: string;
  /** Seals rows: the file's cipher does not notice changes (safety F13). */
  readonly macKey: KeyObject;
};

/** @throws when the key is not 32 bytes long, which is a bug of the caller. */
export function deriveKeys(key: Uint8Array): StoreKeys {
  if (key.length !== 32) throw new Error('the store key must be 32 bytes long');
  const derive = (use: string): Uint8Array => new Uint8Array(hkdfSync('sha256', key, '', `kith store ${use} v1`, 32));
  return {
    databaseKey: Buffer.from(derive('database')).toString('hex'),
    macKey: createSecretKey(derive('row mac')),
  };
}

/** 128 bits: nobody gets to try more than a few. */
const macBytes = 16;

/** What never changes in a message's row. State, time and position do, so they are left out of the seal. */
export type Sealed = {
  readonly peerId: number;
  readonly isMine: number;
  readonly messageId: number;
  readonly kind: number;
  readonly sizeBytes: number | null;
  readonly contentHash: Uint8Array | null;
  readonly text: string;
};

/** The seal of a row. */
export function macOf(row: Sealed, macKey: KeyObject): Uint8Array {
  const hash = row.contentHash === null ? '' : Buffer.from(row.contentHash).toString('hex');
  const head = `${row.peerId}/${row.isMine}/${row.messageId}/${row.kind}/${row.sizeBytes ?? ''}/${hash}/`;
  return createHmac('sha256', macKey)
    .update(head + row.text)
    .digest()
    .subarray(0, macBytes);
}

/** The seal of anything else. `use` keeps the uses apart, from each other and from messages, whose seals begin with digits. */
export function sealOf(use: 'attachment' | 'staged', text: string, macKey: KeyObject): Uint8Array {
  return createHmac('sha256', macKey).update(`${use}/${text}`).digest().subarray(0, macBytes);
}

export function isSameMac(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

/**
 * A content as a number in 1…2^53−1, to find out cheaply whether two are the same. It is no proof: who makes two
 * contents with one tag gets the first one shown, nothing more. Two rounds of 32-bit mixing (as in MurmurHash3).
 */
export function tagOf(content: string): number {
  let low = 0x9747b28c;
  let high = 0x3c6ef372;
  for (let i = 0; i < content.length; i += 1) {
    const unit = content.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x85ebca6b);
    high = Math.imul(high ^ unit, 0xc2b2ae35);
    low ^= low >>> 15;
    high ^= high >>> 13;
  }
  low = Math.imul(low ^ (high >>> 16), 0xc2b2ae35);
  high = Math.imul(high ^ (low >>> 13), 0x85ebca6b);
  return (high >>> 11) * 2 ** 32 + (low >>> 0) || 1;
}

export function sha256(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
