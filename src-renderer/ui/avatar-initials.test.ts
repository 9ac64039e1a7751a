import { expect, test } from 'vitest';
import { avatarHue, avatarInitials } from './avatar-initials.ts';

test.each([
  ['林晚', 40, '林晚'],
  ['沈知遥', 40, '知遥'],
  ['欧阳若溪', 28, '溪'],
  ['纪念 (摄影)', 40, '摄影'],
  ['Marcus Feldkirchner-Abernathy', 40, 'MA'],
  ['Marcus Feldkirchner-Abernathy', 28, 'M'],
  ['anna', 40, 'A'],
  ['Tomás Ó Súilleabháin', 32, 'TS'],
  ['👩🏽‍🚀 Mae', 40, '👩🏽‍🚀M'],
  ['李 Bruce', 40, '李'],
  ['', 40, ''],
  [' … ', 40, ''],
] as const)('"%s" at %i px is shown as "%s"', (name, size, initials) => {
  expect(avatarInitials(name, size)).toBe(initials);
});

test('a colour belongs to the id and every colour is used', () => {
  expect(avatarHue(10025)).toBe(avatarHue(10025));
  expect(new Set(Array.from({ length: 200 }, (_, id) => avatarHue(id))).size).toBe(8);
});

test('the hash is FNV-1a over the decimal digits', () => {
  // 0xE40C292C, the published vector for "a", is out of reach of digits; "1" is 0x340CA71C.
  expect(avatarHue(1)).toBe(0x340ca71c % 8);
});
