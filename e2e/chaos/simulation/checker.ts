/** One message that a person wrote on this device, from the key to the end of the run. */
export type WriteOp = {
  readonly index: number;
  readonly peer: number;
  readonly text: string;
  /** `ok`: kept, said the program. `fail`: refused, for certain. `info`: nobody knows (a crash, a lost answer). */
  outcome: 'ok' | 'fail' | 'info';
  /** Once an answer told it. */
  messageId: number | null;
  /** How often the program was asked. */
  tries: number;
  /** Asked again, so that its place is not that of the first time. */
  isRetried: boolean;
  isDeleted: boolean;
  /** The server chokes on it: it must end as failed, and nowhere else. */
  readonly isSpoilt: boolean;
};

/** A row of the server, by whom it was written and under which id. */
export type KeptRow = {
  readonly key: string;
  readonly sentAs: number;
  readonly peer: number;
  readonly text: string;
  readonly isFromHere: boolean;
  readonly says: string;
};
/** A row as a window shows it. */
export type ShownRow = {
  readonly key: string;
  /** Who says what: one word said twice may stand for the other where the server gives its own ids. */
  readonly says: string;
  readonly state: string;
  readonly failure: string | null;
};

/** All that is known of a run when it is over. */
export type RunHistory = {
  readonly writes: readonly WriteOp[];
  /** V: the server's rows, in its order. */
  readonly kept: readonly KeptRow[];
  /** Ids of mine that were ever shown as sent, and whether the server had the message at that moment. */
  readonly shownAsSent: readonly { readonly messageId: number; readonly wasKept: boolean }[];
  /** U: what the conversations show after the last catch-up, by peer. */
  readonly conversations: ReadonlyMap<number, readonly ShownRow[]>;
  /** What a window that only heard the events believes, by peer. */
  readonly believed: ReadonlyMap<number, readonly ShownRow[]>;
  /** Messages still to be sent by themselves. */
  readonly pending: number;
  /** Faults that were seen at once: a command that made two messages, an error nobody caught. */
  readonly faults: readonly string[];
};

export const violationKinds = [
  'lost',
  'duplicated',
  'falsely-sent',
  'pending',
  'order',
  'unknown',
  'not-shown',
  'shown-twice',
  'window',
  'fault',
] as const;
export type Violation = { readonly kind: (typeof violationKinds)[number]; readonly what: string };

/**
 * Compares what was asked, promised, kept and shown (safety §3, Jepsen's total queue): what was acknowledged is on the
 * server; everything there once, in the order of writing, and nothing else; what was shown as sent was there; after the
 * catch-up the windows show what the server has; nothing waits for ever. An operation whose end nobody knows may have
 * happened or not, but never twice. Pure.
 */
export function checkHistory(history: RunHistory): Violation[] {
  const violations: Violation[] = [];
  const add = (kind: Violation['kind'], what: string): void => void violations.push({ kind, what });
  for (const fault of history.faults) add('fault', fault);
  checkKept(history, add);
  for (const { messageId, wasKept } of history.shownAsSent)
    if (!wasKept) add('falsely-sent', `message ${messageId} was shown as sent before the server had it`);
  if (history.pending > 0) add('pending', `${history.pending} messages still wait`);
  checkOrder(history, add);
  for (const [peer, shown] of history.conversations) checkShown(history, peer, shown, add);
  return violations;
}

type Add = (kind: Violation['kind'], what: string) => void;

function checkKept({ writes, kept }: RunHistory, add: Add): void {
  const copies = new Map<number, number>();
  for (const row of kept.filter(({ isFromHere }) => isFromHere))
    copies.set(row.sentAs, (copies.get(row.sentAs) ?? 0) + 1);
  const unclear = writes.filter(({ outcome, messageId }) => outcome === 'info' && messageId === null);
  const named = new Map(writes.map((op) => [op.messageId, op]));
  for (const [sentAs, count] of copies) {
    const row = kept.find((one) => one.isFromHere && one.sentAs === sentAs);
    if (count > 1) add('duplicated', `message ${sentAs} is on the server ${count} times`);
    const op = named.get(sentAs);
    if (op !== undefined) {
      if (op.outcome === 'fail') add('unknown', `write ${op.index} was refused and is on the server`);
      continue;
    }
    const meant = unclear.findIndex((one) => one.peer === row?.peer && one.text === row.text);
    if (meant === -1) add('unknown', `message ${sentAs} was written by nobody`);
    else unclear.splice(meant, 1);
  }
  for (const op of writes) {
    if (op.outcome !== 'ok' || op.isDeleted || op.isSpoilt) continue;
    if (op.messageId === null || !copies.has(op.messageId)) add('lost', `write ${op.index} (message ${op.messageId})`);
  }
}

function checkOrder({ writes, kept }: RunHistory, add: Add): void {
  const placeOf = new Map<number, number>();
  for (const [place, row] of kept.entries())
    if (row.isFromHere && !placeOf.has(row.sentAs)) placeOf.set(row.sentAs, place);
  const lastOf = new Map<number, { place: number; index: number }>();
  for (const op of writes) {
    const place = op.messageId === null ? undefined : placeOf.get(op.messageId);
    // What was in doubt when it was deleted was not waited for.
    if (place === undefined || op.isRetried || op.isDeleted) continue;
    const last = lastOf.get(op.peer);
    if (last !== undefined && place < last.place) add('order', `write ${op.index} overtook write ${last.index}`);
    else lastOf.set(op.peer, { place, index: op.index });
  }
}

function checkShown(history: RunHistory, peer: number, shown: readonly ShownRow[], add: Add): void {
  const keyOf = ({ messageId }: WriteOp): string => `here:${messageId}`;
  const deletions = history.writes.filter(({ isDeleted }) => isDeleted);
  const deleted = new Set(deletions.map(keyOf));
  const mayBeBack = new Set(deletions.filter((op) => isOvertaken(history, op)).map(keyOf));
  const expected = history.kept.filter((row) => row.peer === peer && !deleted.has(row.key)).map(({ key }) => key);
  const onServer = new Set(expected);
  const seen = new Set<string>();
  for (const { key } of shown) {
    if (seen.has(key)) add('shown-twice', `${key} with ${peer}`);
    seen.add(key);
  }
  for (const key of onServer) if (!seen.has(key)) add('not-shown', `${key} with ${peer}`);
  for (const { key, state, failure } of shown) {
    const isSaidToBeThere = (state === 'sent' || state === 'read') && failure === null;
    if (isSaidToBeThere && !onServer.has(key) && !mayBeBack.has(key))
      add('falsely-sent', `${key} with ${peer} at the end`);
    if (onServer.has(key) && (!(state === 'sent' || state === 'read') || failure !== null))
      add('lost', `${key} with ${peer} is on the server and shown as ${failure ?? state}`);
    if (state === 'queued' || state === 'sending') add('pending', `${key} with ${peer} is shown as ${state}`);
    if (state === 'failed' && !isSpoiltKey(history, key)) add('pending', `${key} with ${peer} failed: ${failure}`);
  }
  const order = shown.filter(({ key }) => onServer.has(key)).map(({ says }) => says);
  const firstTimes = new Map(
    history.kept.filter(({ key }) => onServer.has(key) && seen.has(key)).map(({ key, says }) => [key, says]),
  );
  const astray = [...firstTimes.values()].findIndex((says, place) => says !== order[place]);
  if (astray !== -1) add('order', `with ${peer}, another message than the server's stands at place ${astray}`);
  const believed = history.believed.get(peer);
  if (believed !== undefined && JSON.stringify(believed) !== JSON.stringify(shown))
    add('window', `what the events told of ${peer} is not what the store has`);
}

/**
 * It was deleted in doubt, and came to the server after what was written later: where the server gives its own ids, it
 * cannot be told from the same words of another device, which must not be hidden.
 */
function isOvertaken({ writes, kept }: RunHistory, op: WriteOp): boolean {
  const placeOf = ({ messageId }: WriteOp): number =>
    kept.findIndex((row) => row.isFromHere && row.sentAs === messageId);
  const place = placeOf(op);
  return writes.some((other) => {
    const isLater = other.peer === op.peer && other.index > op.index;
    return isLater && placeOf(other) !== -1 && placeOf(other) < place;
  });
}

function isSpoiltKey({ writes }: RunHistory, key: string): boolean {
  return writes.some((op) => op.isSpoilt && key === `here:${op.messageId}`);
}
