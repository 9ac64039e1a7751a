import Libsql from 'libsql';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../src-shared/sql/gateway.ts';
import { hostOf, ownHostNames, plainAddress } from './addresses.ts';
import { createAttempts } from './attempts.ts';
import { parseCommandLine } from './command-line.ts';
import { createGroupCommit } from './group-commit.ts';
import { createInboundGate } from './inbound-gate.ts';
import { createNodePorts } from './node-ports.ts';
import { createPasswords } from './passwords.ts';
import { createFakeClock } from './testing/fake-clock.ts';
import { createTokenBucket } from './token-bucket.ts';

const bytes = (size: number): Uint8Array => new Uint8Array(size).fill(7);
const cheap = { N: 16, r: 1, p: 1 };

describe('passwords', () => {
  it('are kept as a salted hash with its cost, and verified', async () => {
    const passwords = createPasswords({ N: 2 ** 15, r: 8, p: 3 }, bytes);
    const hash = await passwords.hash('correct horse');
    expect(hash).toEqual({ ok: true, value: expect.stringMatching(/^\$scrypt\$ln=15,r=8,p=3\$[^$]{22}\$[^$]{43}$/) });
    const stored = hash.ok ? hash.value : '';
    expect(await passwords.verify('correct horse', stored)).toEqual({
      ok: true,
      value: { isRight: true, needsRehash: false },
    });
    expect(await passwords.verify('wrong', stored)).toMatchObject({ value: { isRight: false } });
    expect(await passwords.verify('correct horse', null)).toMatchObject({ value: { isRight: false } });
  });

  it('made at another cost are right, but to be made again', async () => {
    const old = await createPasswords({ N: 32, r: 1, p: 1 }, bytes).hash('x');
    const verdict = await createPasswords(cheap, bytes).verify('x', old.ok ? old.value : '');
    expect(verdict).toEqual({ ok: true, value: { isRight: true, needsRehash: true } });
  });

  it('wait in a line that has an end', async () => {
    const passwords = createPasswords(cheap, bytes);
    const all = await Promise.all(Array.from({ length: 60 }, () => passwords.hash('x')));
    expect(all.filter((result) => !result.ok)).toHaveLength(60 - 52);
    expect((await passwords.hash('x')).ok).toBe(true);
  });
});

describe('attempts', () => {
  it('wait 1, 2, 4 … seconds after the free ones, and are forgotten in time', () => {
    const clock = createFakeClock();
    const attempts = createAttempts({ free: 2, maxDelayMs: 5_000, forgetAfterMs: 60_000 }, clock.nowMs);
    const delays = Array.from({ length: 6 }, () => {
      attempts.noteFailure('a');
      const delayMs = attempts.delayMs('a');
      clock.advance(delayMs);
      return delayMs;
    });
    expect(delays).toEqual([0, 1_000, 2_000, 4_000, 5_000, 5_000]);
    expect(attempts.delayMs('b')).toBe(0);
    attempts.noteFailure('a');
    clock.advance(60_000);
    expect(attempts.delayMs('a')).toBe(0);
  });

  it('are forgotten after a success', () => {
    const attempts = createAttempts({ free: 1, maxDelayMs: 5_000, forgetAfterMs: 60_000 }, () => 0);
    attempts.noteFailure('a');
    attempts.noteSuccess('a');
    expect(attempts.delayMs('a')).toBe(0);
  });
});

it('a token bucket lets a burst through, then the rate', () => {
  const clock = createFakeClock();
  const bucket = createTokenBucket(10, 2, clock.nowMs);
  expect([bucket.take(), bucket.take(), bucket.take(), bucket.take()]).toEqual([0, 0, 100, 200]);
  clock.advance(1_000);
  expect([bucket.tryTake(), bucket.tryTake(), bucket.tryTake()]).toEqual([true, true, false]);
});

describe('the group commit', () => {
  const setUp = () => {
    const db = openDatabase(new Libsql(':memory:'));
    db.exec('CREATE TABLE t (x INTEGER PRIMARY KEY)');
    const log: string[] = [];
    const commit = createGroupCommit(db);
    const submit = (x: number): void =>
      commit.submit({
        apply: () => void db.run('INSERT INTO t VALUES (?)', [x]),
        committed: () => log.push(`committed ${x}`),
        failed: () => log.push(`failed ${x}`),
      });
    return { db, log, commit, submit };
  };

  it('keeps the order and answers after the commit', () => {
    const { db, log, commit, submit } = setUp();
    for (let x = 1; x <= 600; x++) submit(x);
    expect(log).toEqual([]);
    commit.flush();
    expect(log).toEqual(Array.from({ length: 600 }, (_, index) => `committed ${index + 1}`));
    expect(db.get('SELECT count(*) AS n FROM t')).toEqual({ n: 600 });
  });

  it('lets one bad write fail alone', () => {
    const { log, commit, submit } = setUp();
    for (const x of [1, 2, 2, 3]) submit(x);
    commit.flush();
    expect(log).toEqual(['committed 1', 'committed 2', 'failed 2', 'committed 3']);
  });
});

it('the inbound gate lets only the largest go on when memory is short', () => {
  const gate = createInboundGate(1_000_000);
  const events: string[] = [];
  const enter = (name: string) =>
    gate.enter({ pause: () => events.push(`pause ${name}`), resume: () => events.push(`resume ${name}`) });
  const [a, b] = [enter('a'), enter('b')];
  a.hold(700_000);
  b.hold(200_000);
  b.hold(400_000);
  expect([events, a.isPaused(), b.isPaused()]).toEqual([['pause b'], false, true]);
  a.hold(900_000);
  a.hold(0);
  expect([events.at(-1), b.isPaused()]).toEqual(['resume b', false]);
});

it('addresses and hosts are read in one form', () => {
  expect(plainAddress('::ffff:10.0.0.1')).toBe('10.0.0.1');
  expect(hostOf('[FE80::1]:80')).toBe('fe80::1');
  expect(hostOf('a.b:80:80')).toBeUndefined();
  expect(ownHostNames('0.0.0.0', []).has('127.0.0.1')).toBe(true);
  expect(ownHostNames('chat.lan', []).has('chat.lan')).toBe(true);
});

describe('the command line', () => {
  it('has a default for everything', () => {
    const options = parseCommandLine([]);
    const expected = { host: '127.0.0.1', port: 14_514, dataDir: './data', registration: 'open' };
    expect(options).toMatchObject({ ok: true, value: expected });
    expect(parseCommandLine(['--help'])).toEqual({ ok: true, value: 'help' });
  });

  it('takes every option', () => {
    const line =
      '--host 0.0.0.0 --port 0 --data /d --registration closed --allowed-host a --allowed-host b --max-file-mb 5';
    expect(parseCommandLine(line.split(' '))).toMatchObject({
      ok: true,
      value: {
        host: '0.0.0.0',
        port: 0,
        dataDir: '/d',
        registration: 'closed',
        allowedHosts: ['a', 'b'],
        limits: { maxFileBytes: 5 * 2 ** 20 },
      },
    });
  });

  it('says in one line what is wrong', () => {
    const errorOf = (line: string) => {
      const result = parseCommandLine(line.split(' '));
      return result.ok ? undefined : result.error;
    };
    expect(errorOf('--port 70000')).toBe('--port must be a whole number from 0 to 65535');
    expect(errorOf('--port x')).toBe('--port must be a whole number from 0 to 65535');
    expect(errorOf('--registration maybe')).toBe('--registration must be open or closed');
    expect(errorOf('--max-file-mb 1000')).toBe('--max-file-mb must be a whole number from 1 to 100');
    expect(errorOf('--colour red')).toBe("Unknown option '--colour'");
    expect(errorOf('--port')).toMatch(/^Option '--port <value>' argument missing$/);
    expect(errorOf('extra')).toMatch(/^Unexpected argument 'extra'/);
  });
});

it('the log names people by a hash only', () => {
  const lines: string[] = [];
  const { log } = createNodePorts((line) => lines.push(line));
  log('logged-in', { connection: 1, person: 424_242 });
  log('logged-in', { connection: 2, person: 424_242 });
  const [first, second] = lines.map((line) => JSON.parse(line));
  expect(first).toEqual({ time: expect.any(String), event: 'logged-in', connection: 1, person: second.person });
  expect(lines.join('')).not.toContain('424242');
});
