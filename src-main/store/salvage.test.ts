import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maxDraftUnits } from '../../src-shared/domain/limits.ts';
import { userId } from '../../src-shared/kernel/ids.ts';
import type { OpenReport } from './operations.ts';
import {
  ackOf,
  anna,
  ben,
  fromMe,
  me,
  merge,
  messagesOf,
  openTestStore,
  randomKey,
  testKey,
  textsOf,
  wire,
  write,
  type TestStore,
} from './testing/test-store.ts';
import { openStore } from './open-store.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kith-salvage-'));
  file = path.join(folder, 'history.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A history of 600, one message acknowledged, one queued, one under way, one in doubt, one parked, two drafts. */
function live(): void {
  const store = openTestStore(file);
  merge(
    store,
    Array.from({ length: 600 }, (_, i) => wire(i + 1, `text number ${i} ${'x'.repeat(40)}`)),
  );
  write(store, 'acknowledged', 7_001);
  store.markSent({ acks: [ackOf(7_001)] });
  store.markInFlight({ rowIds: [write(store, 'in doubt', 7_003).rowId] });
  store.markInDoubt({});
  store.markInFlight({ rowIds: [write(store, 'under way', 7_004).rowId] });
  store.park({ rowId: write(store, 'parked', 7_005).rowId, reason: 'refused' });
  write(store, 'queued', 7_002);
  write(store, 'to ben', 7_006, { peerId: ben });
  store.saveDraft({ peerId: ben, draft: { text: 'half a sentence', caret: 4 }, nowMs: 1 });
  store.saveDraft({ peerId: userId(9), draft: { text: '草稿', caret: 1 }, nowMs: 1 });
  store.upsertContact({ contact: { userId: ben, username: 'Ben', avatar: '', online: true }, nowMs: 1 });
  store.store.context.db.run('UPDATE people SET is_blocked = 1 WHERE user_id = ?', [ben]);
  store.store.close();
}
const note = (text: string): void => writeFileSync(`${file}.state`, text);
const savedBy = (report: OpenReport): unknown => (report.outcome === 'set-aside' ? report.saved : report.outcome);
const outboxOf = (store: TestStore): string[] => store.getOutbox({}).map((item) => `${item.text}:${item.state}`);

describe('what only this computer had, in a file that is set aside (safety R17)', () => {
  it('is in the new one: messages that were not through, in order, drafts, names and who is blocked', () => {
    live();
    note('damaged');
    const store = openTestStore(file);
    expect(savedBy(store.store.report)).toEqual({ messages: 5, drafts: 2 });
    expect(outboxOf(store)).toEqual(['in doubt:in-doubt', 'under way:in-doubt', 'queued:queued', 'to ben:queued']);
    expect(messagesOf(store).map((row) => `${row.text}:${row.state}:${row.failure}`)).toEqual(
      expect.arrayContaining(['parked:failed:refused', 'queued:queued:null']),
    );
    expect(store.getOverview({}).people.filter((person) => person.username !== '')).toMatchObject([
      { userId: ben, username: 'Ben', isContact: true, isBlocked: true },
    ]);
    store.setBlocked({ userId: ben, isBlocked: false });
    const { conversations } = store.getOverview({});
    const drafts = new Map(conversations.map((one) => [one.peerId, one.draft]));
    expect(drafts.get(ben)).toEqual({ text: 'half a sentence', caret: 4 });
    expect(drafts.get(userId(9))).toEqual({ text: '草稿', caret: 1 });
    store.store.close();
  });

  it('is every draft of a length that is kept', () => {
    const store = openTestStore(file);
    const text = '稿'.repeat(maxDraftUnits);
    store.saveDraft({ peerId: ben, draft: { text, caret: 9_000 }, nowMs: 1 });
    store.store.close();
    note('damaged');
    const salvaged = openTestStore(file);
    expect(savedBy(salvaged.store.report)).toEqual({ messages: 0, drafts: 1 });
    const draft = salvaged.getOverview({}).conversations[0]?.draft;
    expect([draft?.text === text, draft?.caret]).toEqual([true, 9_000]);
    salvaged.store.close();
  });

  it('stands after the history that the server gives back, once, and is found there by its id', () => {
    live();
    note('damaged');
    const store = openTestStore(file);
    const history = Array.from({ length: 600 }, (_, i) => wire(i + 1, `text number ${i} ${'x'.repeat(40)}`));
    const report = merge(store, [...history, fromMe(7_001, 'acknowledged'), fromMe(7_003, 'in doubt')]);
    expect(report.isAnchored).toBe(true);
    expect(report.unboundInDoubt).toHaveLength(1);
    expect(textsOf(store).slice(-6)).toEqual([
      `text number 599 ${'x'.repeat(40)}`,
      'acknowledged',
      'in doubt',
      'under way',
      'parked',
      'queued',
    ]);
    store.store.close();
  });

  it('keeps its numbers, and no new row ever gets one that the old file had', () => {
    live();
    const before = openTestStore(file);
    const items = before.getOutbox({});
    const last = messagesOf(before, ben).at(-1);
    before.store.close();
    note('damaged');
    const store = openStore({ path: file, key: testKey, self: me }, 1_700_000_000_000);
    store.close();
    const after = openTestStore(file);
    expect(after.getOutbox({}).map(({ rowId, messageId, text }) => ({ rowId, messageId, text }))).toEqual(
      items.map(({ rowId, messageId, text }) => ({ rowId, messageId, text })),
    );
    expect(write(after, 'new', 8_000).rowId).toBeGreaterThan(Math.max(last?.rowId ?? 0, 1_700_000_000_000));
    after.store.close();
  });

  it('is not sent a second time where the answer to sending it was lost with the file', () => {
    const first = openTestStore(file);
    const input = {
      commandId: '00000000-0000-4000-8000-0000000000aa' as never,
      peerId: anna,
      messageIds: [70 as never],
      text: 'once',
      isSentAtOnce: false,
      nowMs: 5,
    };
    first.enqueueText(input);
    first.store.close();
    note('damaged');
    const store = openTestStore(file);
    store.enqueueText(input);
    expect(textsOf(store)).toEqual(['once']);
    store.store.close();
  });

  it('is left out where its seal does not verify, without harm to the others', () => {
    live();
    const spoilt = openTestStore(file);
    spoilt.store.context.db.exec(`
      UPDATE messages SET text = 'other words' WHERE message_id = 7003;
      UPDATE messages SET text = CAST(x'61ff62' AS TEXT) WHERE message_id = 7004;
      UPDATE conversations SET draft_text = CAST(x'ff' AS TEXT) WHERE peer_id = 9;
      UPDATE people SET username = CAST(x'ff' AS TEXT);
    `);
    spoilt.store.close();
    note('damaged');
    const store = openTestStore(file);
    expect(outboxOf(store)).toEqual(['queued:queued', 'to ben:queued']);
    expect(savedBy(store.store.report)).toEqual({ messages: 3, drafts: 1 });
    expect(store.getOverview({}).people.filter((person) => person.username !== '')).toEqual([]);
    store.store.close();
  });

  it('is found without the outbox that names it, and is then in doubt where it may have been under way', () => {
    live();
    const spoilt = openTestStore(file);
    spoilt.store.context.db.exec('DELETE FROM outbox');
    spoilt.store.close();
    note('damaged');
    const store = openTestStore(file);
    expect(outboxOf(store)).toEqual(['in doubt:in-doubt', 'under way:in-doubt', 'queued:queued', 'to ben:queued']);
    store.store.close();
  });

  it('is not given to another key or another account', () => {
    live();
    const other = openTestStore(file, randomKey());
    expect(savedBy(other.store.report)).toEqual({ messages: 0, drafts: 0 });
    other.store.close();
    rmSync(file);
    live();
    const stranger = openStore({ path: file, key: testKey, self: userId(77) }, 1);
    expect(savedBy(stranger.report)).toEqual({ messages: 0, drafts: 0 });
    stranger.close();
  });

  it('survives zeroed and garbled pages in the middle of the history', () => {
    live();
    const bytes = readFileSync(file);
    for (let page = 30; page < 38; page += 1) bytes.fill(page, page * 4_096 + 100, page * 4_096 + 3_000);
    writeFileSync(file, bytes);
    note('open');
    const store = openTestStore(file);
    expect(savedBy(store.store.report)).toEqual({ messages: 5, drafts: 2 });
    store.store.close();
  });
});

describe('looking for what can be saved', () => {
  it('is done again once where the process ended over it, then left', () => {
    live();
    note('damaged');
    openTestStore(file).store.close();
    const keptAs = 'history.db.bad-1000';
    expect(existsSync(path.join(folder, keptAs))).toBe(true);
    for (const [count, outcome] of [
      [1, { messages: 5, drafts: 2 }],
      [2, { messages: 0, drafts: 0 }],
    ] as const) {
      rmSync(file);
      note(`salvaging ${count} ${keptAs}`);
      const store = openTestStore(file);
      expect(store.store.report).toEqual({ outcome: 'set-aside', keptAs, saved: outcome });
      store.store.close();
      expect(existsSync(`${file}.state`)).toBe(false);
    }
  });

  it('is gone on with where the process ended half-way through setting aside or after it', () => {
    live();
    note('salvaging 1 history.db.bad-5');
    const store = openTestStore(file);
    expect(savedBy(store.store.report)).toEqual({ messages: 5, drafts: 2 });
    store.store.close();
    // Everything was done but the note.
    note('salvaging 1 history.db.bad-5');
    const again = openTestStore(file);
    expect(again.getOutbox({})).toHaveLength(4);
    again.store.close();
    expect(openTestStore(file).store.report.outcome).toBe('opened');
  });

  it('trusts no note that names another file', () => {
    live();
    note('salvaging 1 ../../etc/passwd');
    const store = openTestStore(file);
    expect(store.store.report.outcome).toBe('opened');
    expect(statSync(file).size).toBeGreaterThan(0);
    store.store.close();
  });
});
