import { maxWireInt, messageId, userId, type MessageId, type UserId } from '../src-shared/kernel/ids.ts';
import type { WireEnvelope, WireMessage, WireMessageType } from '../src-shared/protocol/frames.ts';
import { bytesOf, textOf } from '../src-shared/sql/damaged-text.ts';
import type { Database } from '../src-shared/sql/gateway.ts';
import type { SqlValue } from '../src-shared/sql/values.ts';

/** The messages as they are kept. All of it is synchronous; what says so must run inside a transaction. */
export type Messages = {
  /**
   * Keeps a message, once: a repeat of (senderId, messageId) changes nothing. Runs inside a transaction.
   * @param alsoStore stores what belongs to a new message, such as its file.
   */
  insert(message: NewMessage, alsoStore?: (seq: number) => void): InsertOutcome;
  /** The message that (senderId, messageId) named before, if any. */
  findSent(senderId: UserId, clientId: MessageId): KeptMessage | undefined;
  /** Marks a message as read by its receiver. Undefined when there was nothing to mark. Runs inside a transaction. */
  markRead(id: MessageId, reader: UserId): WireMessage | undefined;
  /** What a person may see of a conversation, oldest first. */
  window(person: UserId, other: UserId): HistoryWindow;
  /** The next messages of a window, empty at its end. */
  page(window: HistoryWindow, afterSeq: number, limit: number): readonly { seq: number; message: WireMessage }[];
  /** Hides everything up to now from `person` alone. */
  clear(person: UserId, other: UserId): void;
  /** Pairs of people who have both cleared something that is still kept. */
  clearedPairs(): readonly Pair[];
  /** Wipes up to `limit` messages that both have cleared. Their ids stay, so that a repeat stays a repeat. */
  purge(pair: Pair, limit: number): { readonly purged: number; readonly fileIds: readonly string[] };
};

export type NewMessage = {
  readonly envelope: WireEnvelope;
  readonly type: WireMessageType;
  readonly content: string;
  readonly sentAtMs: number;
};
export type KeptMessage = { readonly id: MessageId; readonly sentAtMs: number };
export type InsertOutcome = KeptMessage & { readonly isNew: boolean };
export type Pair = { readonly low: UserId; readonly high: UserId };
export type HistoryWindow = { readonly pair: Pair; readonly afterSeq: number; readonly upToSeq: number };

type MessageRow = {
  seq: number;
  id: number;
  sender: number;
  receiver: number;
  type: WireMessageType;
  content: SqlValue;
  sentAtMs: number;
  isRead: number;
};

const columns = `seq, id, sender_id AS sender, receiver_id AS receiver, type, ${bytesOf('content')},
  sent_at_ms AS sentAtMs, is_read AS isRead`;

const pairOf = (a: UserId, b: UserId): Pair => (a < b ? { low: a, high: b } : { low: b, high: a });

function toWire(row: MessageRow): WireMessage {
  return {
    id: messageId(row.id),
    senderId: userId(row.sender),
    receiverId: userId(row.receiver),
    content: textOf(row.content),
    timestampMs: row.sentAtMs,
    status: row.isRead === 1 ? 'read' : 'sent',
    type: row.type,
  };
}

export function createMessages(db: Database, randomBytes: (size: number) => Uint8Array): Messages {
  function insertAs(id: number, { envelope, type, content, sentAtMs }: NewMessage): number | undefined {
    const { senderId, receiverId, messageId: clientId } = envelope;
    const { low, high } = pairOf(senderId, receiverId);
    const { changes, lastInsertRowId } = db.run(
      `INSERT INTO messages (id, sender_id, client_id, receiver_id, low_id, high_id, type, content, sent_at_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      [id, senderId, clientId, receiverId, low, high, type, content, sentAtMs],
    );
    return changes === 1 ? lastInsertRowId : undefined;
  }

  function findSent(senderId: UserId, clientId: MessageId): KeptMessage | undefined {
    const sql = 'SELECT id, sent_at_ms AS sentAtMs FROM messages WHERE sender_id = ? AND client_id = ?';
    const row = db.get<{ id: number; sentAtMs: number }>(sql, [senderId, clientId]);
    return row === undefined ? undefined : { id: messageId(row.id), sentAtMs: row.sentAtMs };
  }

  const clearedUpTo = (person: UserId, other: UserId): number =>
    db.get<{ seq: number }>('SELECT up_to_seq AS seq FROM clearings WHERE person_id = ? AND other_id = ?', [
      person,
      other,
    ])?.seq ?? 0;

  const lastSeq = ({ low, high }: Pair): number =>
    db.get<{ seq: number | null }>('SELECT max(seq) AS seq FROM messages WHERE low_id = ? AND high_id = ?', [low, high])
      ?.seq ?? 0;

  return {
    insert(message, alsoStore) {
      const { senderId, messageId: clientId } = message.envelope;
      let id: number = clientId;
      for (;;) {
        const seq = insertAs(id, message);
        if (seq !== undefined) {
          alsoStore?.(seq);
          return { id: messageId(id), sentAtMs: message.sentAtMs, isNew: true };
        }
        const earlier = findSent(senderId, clientId);
        if (earlier !== undefined) return { ...earlier, isNew: false };
        // Somebody else's message has this id: the wire shows another one, the ack still says the client's.
        const random = randomBytes(4);
        id = new DataView(random.buffer, random.byteOffset).getUint32(0) % maxWireInt;
      }
    },
    findSent,
    markRead(id, reader) {
      const { changes } = db.run(
        'UPDATE messages SET is_read = 1 WHERE id = ? AND receiver_id = ? AND is_read = 0 AND low_id IS NOT NULL',
        [id, reader],
      );
      if (changes === 0) return undefined;
      const row = db.get<MessageRow>(`SELECT ${columns} FROM messages WHERE id = ?`, [id]);
      return row === undefined ? undefined : toWire(row);
    },
    window(person, other) {
      const pair = pairOf(person, other);
      return { pair, afterSeq: clearedUpTo(person, other), upToSeq: lastSeq(pair) };
    },
    page({ pair, upToSeq }, afterSeq, limit) {
      return db
        .all<MessageRow>(
          `SELECT ${columns} FROM messages
             WHERE low_id = ? AND high_id = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
          [pair.low, pair.high, afterSeq, upToSeq, limit],
        )
        .map((row) => ({ seq: row.seq, message: toWire(row) }));
    },
    clear(person, other) {
      db.run(
        `INSERT INTO clearings (person_id, other_id, up_to_seq) VALUES (?, ?, ?)
           ON CONFLICT DO UPDATE SET up_to_seq = max(up_to_seq, excluded.up_to_seq)`,
        [person, other, lastSeq(pairOf(person, other))],
      );
    },
    clearedPairs() {
      return db
        .all<{ low: number; high: number }>(
          `SELECT mine.person_id AS low, mine.other_id AS high FROM clearings AS mine
             JOIN clearings AS theirs ON theirs.person_id = mine.other_id AND theirs.other_id = mine.person_id
             WHERE mine.person_id <= mine.other_id`,
        )
        .map(({ low, high }) => ({ low: userId(low), high: userId(high) }));
    },
    purge({ low, high }, limit) {
      const upToSeq = Math.min(clearedUpTo(low, high), clearedUpTo(high, low));
      return db.transaction(() => {
        const seqs = db
          .all<{ seq: number }>(
            'SELECT seq FROM messages WHERE low_id = ? AND high_id = ? AND seq <= ? ORDER BY seq LIMIT ?',
            [low, high, upToSeq, limit],
          )
          .map((row) => row.seq);
        const fileIds: string[] = [];
        for (const seq of seqs) {
          for (const file of db.all<{ id: string }>('SELECT id FROM files WHERE message_seq = ?', [seq])) {
            fileIds.push(file.id);
          }
          db.run('DELETE FROM files WHERE message_seq = ?', [seq]);
          db.run("UPDATE messages SET low_id = NULL, high_id = NULL, content = '' WHERE seq = ?", [seq]);
        }
        return { purged: seqs.length, fileIds };
      });
    },
  };
}
