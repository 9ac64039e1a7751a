/** One direction of a conversation, as everybody who has a part in it sees it at the end. Texts may repeat. */
export type Direction = {
  readonly says: string;
  /** What the sender's program took, in order. */
  readonly written: readonly string[];
  /** The sender's own rows, in the order shown. */
  readonly shown: readonly { readonly text: string; readonly state: string }[];
  /** What the server keeps, in its order. */
  readonly stored: readonly string[];
  /** What the receiver is shown, in order. */
  readonly received: readonly string[];
};

export type Verdict = {
  readonly lost: number;
  readonly duplicated: number;
  readonly falselySent: number;
  readonly pending: number;
  readonly disordered: number;
  /** One line for each of them. */
  readonly faults: readonly string[];
};

/**
 * Checks a history as Jepsen does (safety §3): everything taken is on the server once, in order; nothing is shown as
 * sent that is not there; what is there is shown to both; nothing waits for ever; nothing comes from nowhere. The same
 * rules as the simulation's checker, from outside: a real server tells only texts, maybe under ids of its own.
 */
export function checkHistory(directions: readonly Direction[]): Verdict {
  const counts = { lost: 0, duplicated: 0, falselySent: 0, pending: 0, disordered: 0 };
  const faults: string[] = [];
  for (const { says, written, shown, stored, received } of directions) {
    const note = (kind: keyof typeof counts, what: string, texts: readonly string[]): void => {
      counts[kind] += texts.length;
      if (texts.length > 0) faults.push(`${says}: ${what}: ${texts.slice(0, 5).join(' | ')} (${texts.length})`);
    };
    const shownTexts = shown.map(({ text }) => text);
    const isSent = ({ state }: { readonly state: string }): boolean => state === 'sent' || state === 'read';
    const sent = shown.filter(isSent).map(({ text }) => text);
    note('lost', 'not on the server', without(written, stored));
    note('lost', 'not shown to the receiver', without(stored, received));
    note('lost', 'not shown to the sender', without(written, shownTexts));
    note('duplicated', 'too often on the server', without(stored, written));
    note('duplicated', 'too often shown to the receiver', without(received, stored));
    note('duplicated', 'too often shown to the sender', without(shownTexts, written));
    note('falselySent', 'shown as sent and not on the server', without(sent, stored));
    const open = shown.filter((row) => !isSent(row)).map(({ text, state }) => `${text} [${state}]`);
    note('pending', 'not through', open);
    note('disordered', 'in another order on the server', misplaced(written, stored));
    note('disordered', 'in another order at the receiver', misplaced(stored, received));
    note('disordered', 'in another order at the sender', misplaced(written, shownTexts));
  }
  return { ...counts, faults };
}

/** What is in `texts` more often than in `others`. */
function without(texts: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const text of others) left.set(text, (left.get(text) ?? 0) + 1);
  return texts.filter((text) => {
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
}

/** The first text that stands elsewhere, where both are the same texts. */
function misplaced(expected: readonly string[], texts: readonly string[]): string[] {
  if (without(expected, texts).length > 0 || without(texts, expected).length > 0) return [];
  const at = texts.findIndex((text, index) => text !== expected[index]);
  return at === -1 ? [] : [texts[at] ?? ''];
}
