import { expect, test } from 'vitest';
import { complaintsAbout, type Credentials } from './credentials.ts';

const sound: Credentials = {
  username: '沈知遥',
  email: 'zhiyao@example.org',
  password: 'Rolleiflex-2.8f',
  repeat: 'Rolleiflex-2.8f',
};
const keysOf = (complaints: ReturnType<typeof complaintsAbout>) =>
  Object.fromEntries(Object.entries(complaints).map(([field, complaint]) => [field, complaint.key]));

test('sound values have no complaint', () => {
  expect(complaintsAbout('register', sound)).toEqual({});
  expect(complaintsAbout('login', { ...sound, email: '', repeat: '' })).toEqual({});
});

test.each([
  ['no name', { username: '  ' }, { username: 'auth.usernameMissing' }],
  ['a name of 65 characters', { username: '知'.repeat(65) }, { username: 'auth.usernameTooLong' }],
  ['64 characters of two units each', { username: '𠮷'.repeat(64) }, {}],
  ['no e-mail', { email: '' }, { email: 'auth.emailMissing' }],
  ['an e-mail without an end', { email: 'zhiyao@example' }, { email: 'auth.emailIncomplete' }],
  ['an e-mail without an @', { email: 'zhiyao.example.org' }, { email: 'auth.emailIncomplete' }],
  ['an e-mail with a blank', { email: 'zhi yao@example.org' }, { email: 'auth.emailIncomplete' }],
  ['an e-mail that ends in a dot', { email: 'zhiyao@example.' }, { email: 'auth.emailIncomplete' }],
  ['an e-mail in Chinese', { email: '知遥@例子.中国' }, {}],
  ['an e-mail of 255 characters', { email: `${'a'.repeat(243)}@example.org` }, { email: 'auth.emailIncomplete' }],
  ['a password of 7 characters', { password: '1234567', repeat: '1234567' }, { password: 'auth.passwordShort' }],
  ['a password of 8 characters', { password: '12345678', repeat: '12345678' }, {}],
  ['no password', { password: '', repeat: '' }, { password: 'auth.passwordMissing', repeat: 'auth.repeatMissing' }],
  ['two different passwords', { repeat: 'Rolleiflex-2.8' }, { repeat: 'auth.repeatDiffers' }],
])('to register with %s', (_, change, expected) => {
  expect(keysOf(complaintsAbout('register', { ...sound, ...change }))).toEqual(expected);
});

test.each([
  ['a short password', { password: 'abc' }, {}],
  ['a password of 129 characters', { password: 'a'.repeat(129) }, { password: 'auth.passwordLong' }],
  ['nothing', { username: '', password: '' }, { username: 'auth.usernameMissing', password: 'auth.passwordMissing' }],
])('to log in with %s', (_, change, expected) => {
  expect(keysOf(complaintsAbout('login', { ...sound, ...change }))).toEqual(expected);
});
