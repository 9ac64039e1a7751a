import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Libsql from 'libsql';
import { commandId, messageId, userId, type UserId } from '../../src-shared/kernel/ids.ts';
import { deriveKeys } from '../../src-main/store/seal.ts';
import type { Store } from '../../src-main/ports.ts';
import { peer, self, startStore, storeKey } from './real-store.ts';

const pageBytes = 4_096;
const historyRows = 400;
const pendingCount = 24;

export type DamagedTemplate = {
  readonly file: string;
  /** The same kind of file of another account under the same key. */
  readonly strangerFile: string;
  /** A log that belongs to another database. */
  readonly strangeLog: Uint8Array;
  /** Everything that was ever written, to tell it from what damage makes up. */
  readonly texts: ReadonlySet<string>;
  /** Messages waiting in the file itself, each with the pages without which SQLite cannot read its row (counted from 1). */
  readonly pending: readonly { readonly text: string; readonly pages: readonly number[] }[];
};

/**
 * A database as a killed program leaves it: a history, messages waiting among it, drafts, and in its log some more that
 * were written last.
 */
export async function createDamagedTemplate(folder: string, program: string): Promise<DamagedTemplate> {
  mkdirSync(folder);
  const file = path.join(folder, 'history.db');
  const texts = new Set<string>();
  const waiting = await fill(program, file, self, texts);
  const strangerFile = path.join(folder, 'stranger', 'history.db');
  mkdirSync(path.dirname(strangerFile));
  await fill(program, strangerFile, userId(77), texts);
  const strangeLog = readFileSync(`${strangerFile}-wal`);
  return { file, strangerFile, strangeLog, texts, pending: withPages(file, waiting) };
}

type Waiting = { readonly rowId: number; readonly text: string };

async function fill(program: string, file: string, owner: UserId, texts: Set<string>): Promise<Waiting[]> {
  const first = startStore(program);
  await first.store.open({ path: file, key: storeKey, self: owner });
  const waiting: Waiting[] = [];
  for (let part = 0; part < pendingCount; part += 1) {
    await addHistory(first.store, owner, part, texts);
    waiting.push(await write(first.store, owner, part, texts));
  }
  for (const [index, text] of ['a draft', '草稿'].entries()) {
    texts.add(text);
    await first.store.saveDraft({ peerId: userId(40 + index), draft: { text, caret: 1 }, nowMs: 1 });
  }
  await first.store.dispose();
  const second = startStore(program);
  await second.store.open({ path: file, key: storeKey, self: owner });
  for (let more = 0; more < 4; more += 1) await write(second.store, owner, pendingCount + more, texts);
  const ended = second.store.dispose();
  second.kill();
  await ended;
  return waiting;
}

async function addHistory(store: Store, owner: UserId, part: number, texts: Set<string>): Promise<void> {
  const count = Math.ceil(historyRows / pendingCount);
  const messages = Array.from({ length: count }, (_, index) => {
    const id = part * count + index + 1;
    const content = `history ${id} ${'lorem ipsum '.repeat(id % 17)}`;
    texts.add(content);
    return {
      id: messageId(id),
      senderId: peer,
      receiverId: owner,
      content,
      timestampMs: id,
      status: 'sent' as const,
      type: 'text' as const,
    };
  });
  await store.applyPushed({ messages, nowMs: part });
}

async function write(store: Store, owner: UserId, number: number, texts: Set<string>): Promise<Waiting> {
  const text = `waiting ${owner} ${number}`;
  texts.add(text);
  const { message } = await store.enqueueText({
    commandId: commandId(`00000000-0000-4000-8000-${String(number + 1).padStart(12, '0')}`),
    peerId: peer,
    messageIds: [messageId(500_000 + number)],
    text,
    isSentAtOnce: false,
    nowMs: number,
  });
  return { rowId: message.rowId, text };
}

/** Finds out by garbling one page after the other in a copy, and asking SQLite alone. */
function withPages(file: string, waiting: readonly Waiting[]): DamagedTemplate['pending'] {
  const { databaseKey } = deriveKeys(storeKey);
  const bytes = readFileSync(file);
  const pages = waiting.map(() => [1]);
  for (let page = 2; page <= bytes.length / pageBytes; page += 1) {
    const copy = `${file}.page-${page}`;
    const garbled = Buffer.from(bytes);
    garbled.fill(page % 251, (page - 1) * pageBytes, page * pageBytes);
    writeFileSync(copy, garbled);
    // libsql's types leave the encryption out.
    const options = { timeout: 1_000, encryptionCipher: 'aes256cbc', encryptionKey: databaseKey };
    const db = new Libsql(copy, options);
    for (const [index, { rowId, text }] of waiting.entries()) if (!isThere(db, rowId, text)) pages[index]?.push(page);
    db.close();
  }
  return waiting.map(({ text }, index) => ({ text, pages: pages[index] ?? [] }));
}

function isThere(db: Libsql.Database, rowId: number, text: string): boolean {
  try {
    const row = db
      .prepare('SELECT CAST(text AS BLOB) AS text FROM messages NOT INDEXED WHERE row_id = ?')
      .get([rowId]) as { text: Uint8Array } | undefined;
    return row !== undefined && Buffer.from(row.text).toString() === text;
  } catch {
    return false;
  }
}
