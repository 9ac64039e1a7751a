import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStoreService } from './store-service.ts';
import { lockStore } from './store-lock.ts';
import { me, testKey } from './testing/test-store.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kith-lock-'));
  file = path.join(folder, 'deep', 'history.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the lock of a database', () => {
  it('is had by one at a time, and can be had again once it was given back', () => {
    const unlock = lockStore(file, 10);
    expect(() => lockStore(file, 10)).toThrow(/lock/i);
    unlock();
    lockStore(file, 10)();
  });

  it('is nobody’s once the process that had it was killed, whatever lies in the file', async () => {
    const program = path.join(folder, 'holder.cjs');
    const libsql = fileURLToPath(import.meta.resolve('libsql'));
    writeFileSync(
      program,
      `const Libsql = require(${JSON.stringify(libsql)});
       const db = new Libsql(process.argv[2] + '.lock');
       db.exec('BEGIN EXCLUSIVE');
       process.send('held');
       setInterval(() => db, 1000);`,
    );
    lockStore(file)();
    const holder = fork(program, [file]);
    await once(holder, 'message');
    expect(() => lockStore(file, 10)).toThrow(/lock/i);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    lockStore(file, 10)();
  });

  it('goes with the database when the store closes it, and with another one that it opens', () => {
    const service = createStoreService(() => 1);
    const open = (name: string) => {
      const input = { path: path.join(folder, name), key: testKey, self: me };
      return service.answer({ id: 1, name: 'open', input });
    };
    expect(open('one.db')).toMatchObject({ ok: true });
    expect(() => lockStore(path.join(folder, 'one.db'), 10)).toThrow(/lock/i);
    expect(open('two.db')).toMatchObject({ ok: true });
    lockStore(path.join(folder, 'one.db'), 10)();
    expect(service.answer({ id: 2, name: 'close', input: {} })).toMatchObject({ ok: true });
    lockStore(path.join(folder, 'two.db'), 10)();
  });

  it('is given back where the database cannot be opened', () => {
    const service = createStoreService(() => 1);
    const answer = service.answer({ id: 1, name: 'open', input: { path: file, key: null, self: me } });
    expect(answer).toMatchObject({ ok: false });
    lockStore(file, 10)();
  });
});
