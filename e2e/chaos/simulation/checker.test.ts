import { expect, it } from 'vitest';
import { checkHistory, type RunHistory, type ShownRow, type WriteOp } from './checker.ts';

const write = (index: number, rest: Partial<WriteOp> = {}): WriteOp => ({
  index,
  peer: 2,
  text: `t${index}`,
  outcome: 'ok',
  messageId: 100 + index,
  tries: 1,
  isRetried: false,
  isDeleted: false,
  isSpoilt: false,
  ...rest,
});
const kept = (index: number): RunHistory['kept'][number] => ({
  key: `here:${100 + index}`,
  sentAs: 100 + index,
  peer: 2,
  text: `t${index}`,
  isFromHere: true,
  says: `1 says t${index}`,
});
const shown = (index: number, rest: Partial<ShownRow> = {}): ShownRow => ({
  key: `here:${100 + index}`,
  says: `1 says t${index}`,
  state: 'sent',
  failure: null,
  ...rest,
});
const ended = (rest: Partial<RunHistory> = {}): RunHistory => ({
  writes: [write(0), write(1)],
  kept: [kept(0), kept(1)],
  shownAsSent: [{ messageId: 100, wasKept: true }],
  conversations: new Map([[2, [shown(0), shown(1)]]]),
  believed: new Map([[2, [shown(0), shown(1)]]]),
  pending: 0,
  faults: [],
  ...rest,
});
const kindsOf = (history: RunHistory): string[] => [...new Set(checkHistory(history).map(({ kind }) => kind))];
const conversation = (...rows: ShownRow[]): Partial<RunHistory> => ({
  conversations: new Map([[2, rows]]),
  believed: new Map([[2, rows]]),
});

it('a run in which everything arrived once, in order, has nothing wrong', () => {
  expect(checkHistory(ended())).toEqual([]);
});

it('what nobody knows the end of may be there or not, but what was refused must not', () => {
  const unknown = write(1, { outcome: 'info', messageId: null });
  expect(kindsOf(ended({ writes: [write(0), unknown] }))).toEqual([]);
  expect(kindsOf(ended({ writes: [write(0), unknown], kept: [kept(0)], ...conversation(shown(0)) }))).toEqual([]);
  expect(kindsOf(ended({ writes: [write(0), write(1, { outcome: 'fail' })] }))).toEqual(['unknown']);
});

it.each<[string, Partial<RunHistory>]>([
  ['lost', { kept: [kept(0)], ...conversation(shown(0)) }],
  ['duplicated', { kept: [kept(0), kept(1), kept(1)] }],
  ['unknown', { writes: [write(0)] }],
  ['falsely-sent', { shownAsSent: [{ messageId: 101, wasKept: false }] }],
  ['pending', { pending: 1 }],
  ['order', { kept: [kept(1), kept(0)], ...conversation(shown(1), shown(0)) }],
  ['order', conversation(shown(1), shown(0))],
  ['not-shown', conversation(shown(0))],
  ['shown-twice', conversation(shown(0), shown(0, { says: '' }), shown(1))],
  ['window', { believed: new Map([[2, [shown(0)]]]) }],
  ['fault', { faults: ['something broke'] }],
])('sees what is %s', (kind, rest) => {
  expect(kindsOf(ended(rest))).toContain(kind);
});

it('lets a message that the server chokes on end as failed, and no other', () => {
  const end = (isSpoilt: boolean): RunHistory =>
    ended({
      writes: [write(0), write(1, { isSpoilt })],
      kept: [kept(0)],
      ...conversation(shown(0), shown(1, { state: 'failed', failure: 'poison' })),
    });
  expect(kindsOf(end(true))).toEqual([]);
  expect(kindsOf(end(false))).toEqual(['lost', 'pending']);
});
