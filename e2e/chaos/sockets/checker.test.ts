import { expect, test } from 'vitest';
import { checkHistory, type Direction } from './checker.ts';

const clean: Direction = {
  says: 'ann',
  written: ['a', 'ok', 'b', 'ok'],
  shown: ['a', 'ok', 'b', 'ok'].map((text) => ({ text, state: 'sent' })),
  stored: ['a', 'ok', 'b', 'ok'],
  received: ['a', 'ok', 'b', 'ok'],
};

const verdictOf = (changed: Partial<Direction>): object => {
  const { faults, ...counts } = checkHistory([{ ...clean, ...changed }]);
  expect(faults.length > 0).toBe(Object.values(counts).some((count) => count > 0));
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
};

test('finds nothing where everybody agrees, repeated texts included', () => {
  expect(verdictOf({})).toEqual({});
});

test('counts what is missing, twice, said to be sent and not, waiting, and out of order', () => {
  expect(verdictOf({ stored: ['a', 'ok', 'b'], received: ['a', 'ok', 'b'] })).toEqual({ lost: 1, falselySent: 1 });
  expect(verdictOf({ received: ['a', 'ok', 'b'] })).toEqual({ lost: 1 });
  const twice = ['a', 'a', 'ok', 'b', 'ok'];
  expect(verdictOf({ stored: twice, received: twice })).toEqual({ duplicated: 1 });
  expect(verdictOf({ received: twice })).toEqual({ duplicated: 1 });
  expect(verdictOf({ shown: [...clean.shown, { text: 'ok', state: 'sent' }] })).toEqual({
    duplicated: 1,
    falselySent: 1,
  });
  expect(verdictOf({ shown: clean.shown.map(({ text }) => ({ text, state: 'queued' })) })).toEqual({ pending: 4 });
  const turned = ['ok', 'a', 'b', 'ok'];
  expect(verdictOf({ stored: turned, received: turned })).toEqual({ disordered: 1 });
  expect(verdictOf({ received: turned })).toEqual({ disordered: 1 });
});
