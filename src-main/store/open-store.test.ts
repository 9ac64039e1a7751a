import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userId } from '../../src-shared/kernel/ids.ts';
import { openStore } from './open-store.ts';
import { me, merge, openTestStore, randomKey, testKey, textsOf, wire, write } from './testing/test-store.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kith-store-'));
  file = path.join(folder, 'deep', 'history.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Without the companions, which libsql leaves behind empty until the process ends. */
const files = (): string[] =>
  readdirSync(path.dirname(file))
    .filter((name) => !/-(wal|shm)$/.test(name))
    .toSorted();

function fill(count = 40): void {
  const { store, ...operations } = openTestStore(file);
  merge(
    { ...operations },
    Array.from({ length: count }, (_, i) => wire(i + 1, `text number ${i}`)),
  );
  store.close();
}

describe('opening a database', () => {
  it('makes it where there is none and finds everything again', () => {
    const first = openTestStore(file);
    expect(first.store.report).toEqual({ outcome: 'created', keptAs: null });
    write(first, 'kept', 70);
    first.store.close();
    const second = openTestStore(file);
    expect(second.store.report).toEqual({ outcome: 'opened', keptAs: null });
    expect(textsOf(second)).toEqual(['kept']);
    expect(second.getOutbox({})).toHaveLength(1);
    second.store.close();
    expect(files()).toEqual(['history.db']);
    expect(statSync(`${file}-wal`).size).toBe(0);
  });

  it('leaves nothing readable on the disk, in the log neither', () => {
    const store = openTestStore(file);
    write(store, 'CANARY-TEXT', 70);
    store.upsertContact({
      contact: { userId: userId(2), username: 'CANARY-NAME', online: true, avatar: '' },
      nowMs: 1,
    });
    for (const name of readdirSync(path.dirname(file))) {
      const bytes = readFileSync(path.join(path.dirname(file), name)).toString('latin1');
      expect(bytes, name).not.toContain('CANARY');
      expect(bytes, name).not.toContain('SQLite format');
    }
    store.store.close();
  });

  it('keeps nothing on disk without a path', () => {
    const store = openTestStore(null);
    write(store, 'in memory', 70);
    expect(textsOf(store)).toEqual(['in memory']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses a key of the wrong length', () => {
    expect(() => openStore({ path: file, key: new Uint8Array(16), self: me }, 1)).toThrow('32 bytes');
    expect(() => openStore({ path: file, key: null, self: me }, 1)).toThrow('needs a key');
  });
});

describe('a file that cannot be used', () => {
  const cases: [string, () => { key?: Uint8Array; self?: ReturnType<typeof userId> } | void][] = [
    ['has another key', () => ({ key: randomKey() })],
    ['belongs to another account', () => ({ self: userId(9) })],
    ['is no database', () => writeFileSync(file, 'not a database at all. '.repeat(400))],
    [
      'has lost its first page',
      () => writeFileSync(file, Buffer.concat([Buffer.alloc(4_096), readFileSync(file).subarray(4_096)])),
    ],
    ['was found damaged while in use', () => writeFileSync(`${file}.state`, 'damaged')],
    ['twice ended the process that opened it', () => writeFileSync(`${file}.state`, 'opening 2')],
    [
      'is cut short and was not closed',
      () => {
        truncateSync(file, Math.floor(statSync(file).size / 2 / 4_096) * 4_096);
        writeFileSync(`${file}.state`, 'open');
      },
    ],
  ];
  it.each(cases)('because it %s is set aside, and a new one is made', (_, spoil) => {
    fill(400);
    const changed = spoil() ?? {};
    const input = { path: file, key: changed.key ?? testKey, self: changed.self ?? me };
    const opened = openStore(input, 1_700);
    expect(opened.report).toMatchObject({ outcome: 'set-aside', keptAs: 'history.db.bad-1700' });
    expect(existsSync(path.join(path.dirname(file), 'history.db.bad-1700'))).toBe(true);
    expect(opened.context.db.get('SELECT count(*) AS n FROM messages')).toEqual({ n: 0 });
    opened.close();
    expect(openStore(input, 1_800).report.outcome).toBe('opened');
  });

  it('is kept, the two newest of them', () => {
    for (const nowMs of [1, 2, 2, 5]) {
      fill(1);
      openStore({ path: file, key: randomKey(), self: me }, nowMs).close();
      rmSync(file);
    }
    expect(files()).toEqual(['history.db.bad-3', 'history.db.bad-5']);
  });

  it('because a newer version wrote it is left untouched', () => {
    fill(1);
    const store = openTestStore(file);
    store.store.context.db.exec('PRAGMA user_version = 99');
    store.store.close();
    expect(() => openTestStore(file)).toThrow('newer than this program');
    expect(files().filter((name) => name.includes('.bad-'))).toEqual([]);
  });

  it('because one process was killed while opening is tried again', () => {
    fill(3);
    writeFileSync(`${file}.state`, 'opening 1');
    const store = openTestStore(file);
    expect(store.store.report.outcome).toBe('opened');
    expect(textsOf(store)).toHaveLength(3);
    store.store.close();
  });
});
