import { scrypt, timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from '../src-shared/kernel/result.ts';
import type { PasswordCost } from './options.ts';

/** Hashes passwords, few at a time: each takes 32 MiB and a quarter of a second (safety T20). */
export type Passwords = {
  /** A new hash with its parameters, in PHC form, or `busy` when too many wait. */
  hash(password: string): Promise<Result<string, 'busy'>>;
  /**
   * Whether the password belongs to `stored`. For an unknown account give null: it costs the same time.
   * `needsRehash` says that the hash is right but made at another cost.
   */
  verify(
    password: string,
    stored: string | null,
  ): Promise<Result<{ readonly isRight: boolean; readonly needsRehash: boolean }, 'busy'>>;
};

const atOnce = 2;
const maxWaiting = 50;
const keyLength = 32;

export function createPasswords(cost: PasswordCost, randomBytes: (size: number) => Uint8Array): Passwords {
  const waiting: (() => void)[] = [];
  let running = 0;
  const dummy = format(cost, randomBytes(16), randomBytes(keyLength));

  async function derive(
    password: string,
    salt: Uint8Array,
    { N, r, p }: PasswordCost,
  ): Promise<Result<Buffer, 'busy'>> {
    if (running >= atOnce) {
      if (waiting.length >= maxWaiting) return err('busy');
      await new Promise<void>((start) => waiting.push(start));
    } else running += 1;
    try {
      // The default maxmem is what N=2^14 needs; without more, Node refuses our cost.
      const options = { N, r, p, maxmem: 256 * N * r };
      return ok(
        await new Promise<Buffer>((resolve, reject) => {
          const done = (error: Error | null, key: Buffer): void => (error === null ? resolve(key) : reject(error));
          scrypt(password.normalize('NFKC'), salt, keyLength, options, done);
        }),
      );
    } finally {
      const next = waiting.shift();
      // The place passes on to the next in line, or becomes free.
      if (next === undefined) running -= 1;
      else next();
    }
  }

  return {
    async hash(password) {
      const salt = randomBytes(16);
      const key = await derive(password, salt, cost);
      return key.ok ? ok(format(cost, salt, key.value)) : key;
    },
    async verify(password, stored) {
      const parsed = parse(stored ?? dummy) ?? parse(dummy);
      if (parsed === null) return ok({ isRight: false, needsRehash: false });
      const key = await derive(password, parsed.salt, parsed.cost);
      if (!key.ok) return key;
      const isRight = timingSafeEqual(key.value, parsed.key) && stored !== null;
      const { N, r, p } = parsed.cost;
      return ok({ isRight, needsRehash: isRight && (N !== cost.N || r !== cost.r || p !== cost.p) });
    },
  };
}

function format({ N, r, p }: PasswordCost, salt: Uint8Array, key: Uint8Array): string {
  return `$scrypt$ln=${Math.log2(N)},r=${r},p=${p}$${base64(salt)}$${base64(key)}`;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replaceAll('=', '');

function parse(stored: string): { cost: PasswordCost; salt: Buffer; key: Buffer } | null {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(stored);
  if (match === null) return null;
  const [, ln = '', r = '', p = '', salt = '', key = ''] = match;
  const bytes = Buffer.from(key, 'base64');
  if (bytes.length !== keyLength) return null;
  return { cost: { N: 2 ** Number(ln), r: Number(r), p: Number(p) }, salt: Buffer.from(salt, 'base64'), key: bytes };
}
