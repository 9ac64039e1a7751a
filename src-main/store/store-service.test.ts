import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Libsql from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../src-shared/sql/gateway.ts';
import { deriveKeys } from './seal.ts';
import { createStoreService } from './store-service.ts';
import { parseStoreRequest, type OperationName, type StoreReply } from './store-protocol.ts';
import { anna, me, merge, newCommandId, openTestStore, testKey, wire, write } from './testing/test-store.ts';

let folder: string;
let file: string;
let lastId: number;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kith-store-'));
  file = path.join(folder, 'history.db');
  lastId = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

const openInput = { key: testKey, self: me };
type Service = ReturnType<typeof createStoreService>;
function ask(service: Service, name: OperationName, input: unknown): StoreReply {
  const request = { id: (lastId += 1), name, input };
  for (let said = service.answer(request); ; said = null) {
    if (said !== null) return said;
    const reply = service.turn().find((one): one is StoreReply => 'ok' in one);
    if (reply !== undefined) return reply;
  }
}
const enqueue = (text: string): unknown => ({
  commandId: newCommandId(),
  peerId: anna,
  messageIds: [lastId + 1_000],
  text,
  isSentAtOnce: false,
  nowMs: 1,
});

describe('a full disk', () => {
  it('refuses what does not fit, keeps what is there, and takes it once there is room', () => {
    const { store, ...operations } = openTestStore(file);
    store.context.db.exec('PRAGMA max_page_count = 60');
    const service = createStoreService(() => 1);
    let kept = 0;
    try {
      for (;;) {
        write(operations, 'x'.repeat(4_000), 1_000 + kept);
        kept += 1;
      }
    } catch (error) {
      expect(error).toMatchObject({ code: 'SQLITE_FULL' });
    }
    expect(operations.getOutbox({})).toHaveLength(kept);
    store.context.db.exec('PRAGMA max_page_count = 1000');
    write(operations, 'fits again', 1);
    expect(operations.getOutbox({})).toHaveLength(kept + 1);
    store.close();
    expect(ask(service, 'open', { ...openInput, path: file })).toMatchObject({ value: { outcome: 'opened' } });
  });
});

describe('answers', () => {
  it('name errors by class or code, never by what was asked', () => {
    const service = createStoreService(() => 1);
    ask(service, 'open', { path: null, key: null, self: me });
    const reply = ask(service, 'enqueueText', { ...(enqueue('SECRET') as object), messageIds: [] });
    expect(reply).toEqual({ id: 2, ok: false, error: { code: 'failed', detail: 'Error' } });
  });

  it('are only given to operations that exist', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'drop', 7, null])
      expect(parseStoreRequest({ id: 1, name, input: {} })).toBeNull();
    expect(parseStoreRequest({ id: 1, name: 'getOutbox', input: null })).toBeNull();
    expect(parseStoreRequest({ id: 'x', name: 'getOutbox', input: {} })).toBeNull();
    expect(parseStoreRequest({ id: 1, name: 'getOutbox', input: {} })).toEqual({ id: 1, name: 'getOutbox', input: {} });
  });
});

describe('damage met while the file is in use', () => {
  it('is told, and the next opening sets the file aside', () => {
    const { store, ...operations } = openTestStore(file);
    merge(
      operations,
      Array.from({ length: 2_000 }, (_, i) => wire(i + 1, `text number ${i}`)),
    );
    store.close();
    const bytes = readFileSync(file);
    // Behind the pages that say what tables there are: those would be noticed at once.
    bytes.fill(0, 4_096 * 30, 4_096 * 80);
    writeFileSync(file, bytes);
    // Its process would be killed after that, and the lock be gone with it.
    const service = createStoreService(
      () => 5,
      () => () => {},
    );
    expect(ask(service, 'open', { ...openInput, path: file })).toMatchObject({ value: { outcome: 'opened' } });
    const history = Array.from({ length: 2_000 }, (_, i) => wire(i + 1, `text number ${i}`));
    const reply = ask(service, 'mergeHistory', {
      peerId: anna,
      messages: history,
      mayMatchContent: false,
      confirmedSince: [],
      nowMs: 1,
    });
    expect(reply).toMatchObject({ ok: false, error: { code: 'damaged' } });
    const next = createStoreService(() => 5);
    expect(ask(next, 'open', { ...openInput, path: file })).toMatchObject({
      value: { outcome: 'set-aside', keptAs: 'history.db.bad-5' },
    });
  });

  it('is found behind a constraint that makes no sense', () => {
    const { store, ...operations } = openTestStore(file);
    write(operations, 'a', 70);
    store.close();
    // A row whose id is another one than its index says, as after a flipped bit.
    const autoindex = "name = 'sqlite_autoindex_messages_1'";
    const unique = ',\n    UNIQUE (peer_id, is_mine, message_id, variant)';
    let rootPage = 0;
    withSchemaOpen((db) => {
      rootPage = db.get<{ rootpage: number }>(`SELECT rootpage FROM sqlite_master WHERE ${autoindex}`)?.rootpage ?? 0;
      db.exec(`DELETE FROM sqlite_master WHERE ${autoindex}`);
      db.run("UPDATE sqlite_master SET sql = replace(sql, ?, '') WHERE name = 'messages'", [unique]);
    });
    withSchemaOpen((db) => {
      db.exec('UPDATE messages SET message_id = 99');
      db.run(
        "UPDATE sqlite_master SET sql = replace(sql, 'content TEXT', 'content TEXT' || ?) WHERE name = 'messages'",
        [unique],
      );
      db.run("INSERT INTO sqlite_master VALUES ('index', 'sqlite_autoindex_messages_1', 'messages', ?, NULL)", [
        rootPage,
      ]);
    });
    const service = createStoreService(() => 5);
    expect(ask(service, 'open', { ...openInput, path: file })).toMatchObject({ value: { outcome: 'opened' } });
    expect(ask(service, 'enqueueText', { ...(enqueue('b') as object), messageIds: [70] })).toMatchObject({
      error: { code: 'damaged', detail: 'SQLITE_CONSTRAINT_UNIQUE' },
    });
  });
});

function withSchemaOpen(work: (db: Database) => void): void {
  const options = { timeout: 0, encryptionCipher: 'aes256cbc', encryptionKey: deriveKeys(testKey).databaseKey };
  const db = openDatabase(new Libsql(file, options));
  db.exec('PRAGMA writable_schema = ON');
  work(db);
  db.close();
}
