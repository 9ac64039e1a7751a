import { expect, test } from 'vitest';
import { aContact } from '../../testing/views.ts';
import {
  contactSections,
  countContacts,
  createContactsStore,
  withChangedContacts,
  withContact,
  withContacts,
} from './contacts-store.ts';
import { compareNames } from './name-order.ts';

const empty = createContactsStore().getState();

test('names are in order A to Z, Chinese ones by their pinyin among the Latin ones', () => {
  const names = [
    '周',
    '王小波',
    'zoe',
    'Bo',
    '爸爸',
    '林晚',
    'Ángel',
    '陈思远',
    'Marcus',
    '42',
    '欧阳若溪',
    'anna',
    '阿明',
  ];
  const sorted = [
    '阿明',
    'Ángel',
    'anna',
    '爸爸',
    'Bo',
    '陈思远',
    '林晚',
    'Marcus',
    '欧阳若溪',
    '王小波',
    '周',
    'zoe',
    '42',
  ];
  expect(names.sort(compareNames)).toEqual(sorted);
});

test('contacts are grouped by presence, online first, and strangers are left out', () => {
  const state = withContacts(empty, [
    aContact(1, 'Zoe', { presence: 'offline' }),
    aContact(2, 'Bo'),
    aContact(3, '爸爸'),
    aContact(4, 'A stranger', { isContact: false }),
  ]);
  expect(
    contactSections(state)?.map(({ key, contacts }) => [key, contacts.map((contact) => contact.username)]),
  ).toEqual([
    ['online', ['爸爸', 'Bo']],
    ['offline', ['Zoe']],
  ]);
});

test('whoever is blocked stands at the end, contact or not, and is not counted', () => {
  const state = withContacts(empty, [
    aContact(1, 'Zoe', { presence: 'offline' }),
    aContact(2, 'Bo', { isBlocked: true }),
    aContact(4, '', { isContact: false, isBlocked: true }),
    aContact(5, 'A stranger', { isContact: false }),
  ]);
  const sections = contactSections(state) ?? [];
  expect(sections.map(({ key, contacts }) => [key, contacts.map((contact) => contact.userId)])).toEqual([
    ['offline', [1]],
    ['blocked', [2, 4]],
  ]);
  expect(countContacts(state)).toBe(1);
});

test('nothing is known until main has said, which is not the same as nobody', () => {
  expect(contactSections(empty)).toBeNull();
  expect(countContacts(empty)).toBeNull();
  expect(contactSections(withContacts(empty, []))).toEqual([]);
});

test('a new list takes the place of the old one, and one person can be added to it', () => {
  const state = withContacts(withContacts(empty, [aContact(1, 'Zoe')]), [aContact(2, 'Bo')]);
  expect([...(withContact(state, aContact(3, 'Ann')).byId?.keys() ?? [])]).toEqual([2, 3]);
});

test('those who changed are told alone, and the others stay', () => {
  const state = withContacts(empty, [aContact(1, 'Zoe'), aContact(2, 'Bo')]);
  const changed = withChangedContacts(state, [aContact(2, 'Bob'), aContact(3, 'Cleo')]);
  expect([...(changed.byId?.values() ?? [])].map(({ username }) => username)).toEqual(['Zoe', 'Bob', 'Cleo']);
});
