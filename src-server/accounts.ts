import {
  maxEmailLength,
  maxNameCodePoints,
  maxPasswordCodePoints,
  minPasswordCodePoints,
} from '../src-shared/domain/limits.ts';
import { err, ok, type Result } from '../src-shared/kernel/result.ts';
import type { ClientFrame, WireAccount } from '../src-shared/protocol/frames.ts';
import { createAttempts } from './attempts.ts';
import type { Limits } from './limits.ts';
import type { Passwords } from './passwords.ts';
import { nameKey, type People } from './people.ts';
import type { Log } from './ports.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';
import type { TokenOwner, Tokens } from './tokens.ts';

type Of<Kind extends ClientFrame['kind']> = Extract<ClientFrame, { kind: Kind }>;

export type SignedIn = { readonly account: WireAccount; readonly token: string; readonly owner: TokenOwner };

/** Registration, login and profile. Each failure is the text that the client is told. */
export type Accounts = {
  register(frame: Of<'register'>, address: string): Promise<Result<SignedIn, string>>;
  logIn(frame: Of<'log-in'>, address: string): Promise<Result<SignedIn, string>>;
  logInByToken(frame: Of<'log-in-by-token'>): Result<SignedIn, string>;
  /** Changes the profile; a new password revokes the person's other tokens, and the outcome says so. */
  updateProfile(
    frame: Of<'update-profile'>,
    owner: TokenOwner,
  ): Promise<Result<{ readonly account: WireAccount; readonly revokedOthers: boolean }, string>>;
};

type AccountsPorts = {
  readonly people: People;
  readonly tokens: Tokens;
  readonly passwords: Passwords;
  readonly limits: Limits;
  readonly registration: 'open' | 'closed';
  readonly nowMs: () => number;
  readonly log: Log;
};

const minuteMs = 60_000;
const busyText = 'The server is busy. Please try again.';
const wrongText = 'Wrong name or password.';
const takenText = 'This name is taken.';

export function createAccounts(ports: AccountsPorts): Accounts {
  const { people, tokens, passwords, limits, nowMs, log } = ports;
  // Safety T19. An address has more room than a name from it: a whole household may share one.
  const byNameAndAddress = createAttempts({ free: 5, maxDelayMs: minuteMs, forgetAfterMs: 15 * minuteMs }, nowMs);
  const byAddress = createAttempts({ free: 30, maxDelayMs: minuteMs, forgetAfterMs: 15 * minuteMs }, nowMs);
  const byName = createAttempts({ free: 100, maxDelayMs: 15 * minuteMs, forgetAfterMs: 15 * minuteMs }, nowMs);
  const registrations = new Map<string, TokenBucket>();

  function signIn(person: TokenOwner['person']): Result<SignedIn, string> {
    const account = people.find(person);
    if (account === undefined) return err(wrongText);
    const { token, tokenHash } = tokens.issue(person);
    return ok({ account, token, owner: { person, tokenHash } });
  }

  function mayRegister(address: string): boolean {
    const perMinute = limits.registrationsPerMinutePerAddress;
    if (registrations.size > 10_000) registrations.clear();
    const bucket = registrations.get(address) ?? createTokenBucket(perMinute / 60, perMinute, nowMs);
    registrations.set(address, bucket);
    return bucket.tryTake();
  }

  return {
    async register({ username, password, email }, address) {
      const name = username.trim();
      const fault = nameFault(name) ?? passwordFault(password) ?? emailFault(email);
      if (fault !== undefined) return err(fault);
      if (ports.registration === 'closed') return err('This server takes no new accounts.');
      if (people.findByName(name) !== undefined) return err(takenText);
      if (!mayRegister(address)) return err('Too many new accounts. Please try again in a minute.');
      if (people.count() >= limits.maxAccounts) return err('This server takes no more accounts.');
      const hash = await passwords.hash(password);
      if (!hash.ok) return err(busyText);
      // Somebody may have taken it while the password was hashed.
      if (people.findByName(name) !== undefined) return err(takenText);
      const person = people.add({ name, email, password: hash.value, nowMs: nowMs() });
      log('registered', { person });
      return signIn(person);
    },

    async logIn({ username, password }, address) {
      const key = nameKey(username.trim());
      const nameAndAddress = `${address} ${key}`;
      const delayMs = Math.max(
        byNameAndAddress.delayMs(nameAndAddress),
        byAddress.delayMs(address),
        byName.delayMs(key),
      );
      if (delayMs > 0) {
        log('login-refused', { reason: 'delayed' });
        return err(`Too many attempts. Please try again in ${Math.ceil(delayMs / 1000)} s.`);
      }
      const known = people.findByName(username.trim());
      const verdict = await passwords.verify(password.slice(0, 4 * maxPasswordCodePoints), known?.password ?? null);
      if (!verdict.ok) {
        log('login-refused', { reason: 'busy' });
        return err(busyText);
      }
      if (known === undefined || !verdict.value.isRight) {
        byNameAndAddress.noteFailure(nameAndAddress);
        byAddress.noteFailure(address);
        byName.noteFailure(key);
        log('login-refused', { reason: 'wrong-credentials' });
        return err(wrongText);
      }
      byNameAndAddress.noteSuccess(nameAndAddress);
      byName.noteSuccess(key);
      if (verdict.value.needsRehash) {
        const rehashed = await passwords.hash(password);
        if (rehashed.ok) people.setPassword(known.id, rehashed.value);
      }
      return signIn(known.id);
    },

    logInByToken({ token }) {
      const owner = tokens.redeem(token);
      const account = owner === undefined ? undefined : people.find(owner.person);
      if (owner === undefined || account === undefined) return err('Please log in again.');
      return ok({ account, token, owner });
    },

    async updateProfile({ username, password, email, avatar }, owner) {
      const name = username.trim();
      // Clients that must give a password send the current one: that changes nothing and logs nobody out.
      const current =
        password === '' ? null : await passwords.verify(password, people.passwordOf(owner.person) ?? null);
      if (current?.ok === false) return err(busyText);
      const isNewPassword = current !== null && !current.value.isRight;
      const fault =
        nameFault(name) ??
        (isNewPassword ? passwordFault(password) : undefined) ??
        emailFault(email) ??
        avatarFault(avatar);
      if (fault !== undefined) return err(fault);
      const hash = isNewPassword ? await passwords.hash(password) : ok(null);
      if (!hash.ok) return err(busyText);
      const holder = people.findByName(name);
      if (holder !== undefined && holder.id !== owner.person) return err(takenText);
      const account: WireAccount = { userId: owner.person, username: name, email, avatar };
      people.update(account, hash.value);
      if (isNewPassword) tokens.revokeOthers(owner.person, owner.tokenHash);
      return ok({ account, revokedOthers: isNewPassword });
    },
  };

  function avatarFault(avatar: string): string | undefined {
    return Buffer.byteLength(avatar) > limits.maxAvatarBytes ? 'This picture is too large.' : undefined;
  }
}

const controls = /\p{Cc}/u;

const codePoints = (text: string): number => Array.from(text).length;

function nameFault(name: string): string | undefined {
  if (name === '') return 'A name is needed.';
  if (codePoints(name) > maxNameCodePoints) return `A name has at most ${maxNameCodePoints} characters.`;
  return controls.test(name) ? 'A name cannot contain control characters.' : undefined;
}

function passwordFault(password: string): string | undefined {
  const length = codePoints(password);
  if (length < minPasswordCodePoints) return `A password needs at least ${minPasswordCodePoints} characters.`;
  return length > maxPasswordCodePoints ? `A password has at most ${maxPasswordCodePoints} characters.` : undefined;
}

function emailFault(email: string): string | undefined {
  if (email === '') return undefined;
  const isPlausible = email.length <= maxEmailLength && /^[^\s@]+@[^\s@]+$/.test(email);
  return isPlausible ? undefined : 'This is not an e-mail address.';
}
