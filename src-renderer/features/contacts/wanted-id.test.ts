import { expect, test } from 'vitest';
import { userId } from '../../../src-shared/kernel/ids.ts';
import { aContact, me } from '../../testing/views.ts';
import { parseWantedId } from './wanted-id.ts';

const known = new Map([
  [userId(5), aContact(5, 'Bo')],
  [userId(6), aContact(6, 'A stranger', { isContact: false })],
]);
const link = (server: string): string => `kith://add/10131?server=${encodeURIComponent(server)}`;

test.each([
  ['10131', 10131],
  ['  10131 ', 10131],
  ['１０１３１', 10131],
  ['ID 10131', 10131],
  ['id10131', 10131],
  ['2147483647', 2_147_483_647],
  [link(me.serverUrl), 10131],
  ['6', 6],
])('"%s" means %i', (typed, id) => {
  expect(parseWantedId(typed, me, known)).toEqual({ ok: true, value: id });
});

test.each([
  ['', 'missing'],
  ['   ', 'missing'],
  ['0', 'invalid'],
  ['-5', 'invalid'],
  ['1.5', 'invalid'],
  ['2147483648', 'invalid'],
  ['99999999999', 'invalid'],
  ['Bo', 'invalid'],
  ['kith://add/x?server=ws://a', 'invalid'],
  ['10025', 'self'],
  ['5', 'already'],
  [link('ws://elsewhere:14514'), 'otherServer'],
])('"%s" is refused as %s', (typed, kind) => {
  expect(parseWantedId(typed, me, known)).toMatchObject({ ok: false, error: { kind } });
});
