import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { maxWireInt } from '../../src-shared/kernel/ids.ts';
import type { Random } from '../ports.ts';

/** Randomness from the system's own source, fit for keys. */
export function createSystemRandom(): Random {
  return {
    // 48 bits: as fine as anything here needs, and exact in a double.
    fraction: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
    wireInt: () => randomInt(1, maxWireInt + 1),
    bytes: (count) => new Uint8Array(randomBytes(count)),
    uuid: () => randomUUID(),
  };
}
