import type { TextKey } from '../../../src-shared/i18n/keys.ts';
import {
  maxEmailLength,
  maxNameCodePoints,
  maxPasswordCodePoints,
  minPasswordCodePoints,
} from '../../../src-shared/domain/limits.ts';

export type AuthMode = 'login' | 'register';

/** What is typed on the account screen. It stays through every failure and from one tab to the other. */
export type Credentials = {
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly repeat: string;
};
export type CredentialField = keyof Credentials;

/** Words and their numbers, to be put into the language of the screen. */
export type Complaint = { readonly key: TextKey; readonly numbers?: Readonly<Record<string, number>> };

/** Which fields a mode has, in the order in which they stand. */
export const fieldsOf = {
  login: ['username', 'password'],
  register: ['username', 'email', 'password', 'repeat'],
} satisfies Record<AuthMode, readonly CredentialField[]>;

/** Something before and after an @, and a dot with two characters behind it. The server has the last word. */
const plausibleEmail = /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/u;

/** Length in code points, as the server counts. */
export const codePointLength = (text: string): number => Array.from(text).length;

/** What is wrong with each field, as far as it can be known here. A log-in only asks that nothing is empty. */
export function complaintsAbout(mode: AuthMode, typed: Credentials): Partial<Record<CredentialField, Complaint>> {
  const complaints: Partial<Record<CredentialField, Complaint>> = {};
  for (const field of fieldsOf[mode]) {
    const complaint = checks[field](typed, mode);
    if (complaint !== null) complaints[field] = complaint;
  }
  return complaints;
}

const checks: Record<CredentialField, (typed: Credentials, mode: AuthMode) => Complaint | null> = {
  username: ({ username }) => {
    if (username.trim() === '') return { key: 'auth.usernameMissing' };
    if (codePointLength(username.trim()) <= maxNameCodePoints) return null;
    return { key: 'auth.usernameTooLong', numbers: { max: maxNameCodePoints } };
  },
  email: ({ email }) => {
    if (email.trim() === '') return { key: 'auth.emailMissing' };
    const isPlausible = plausibleEmail.test(email.trim()) && email.length <= maxEmailLength;
    return isPlausible ? null : { key: 'auth.emailIncomplete' };
  },
  password: ({ password }, mode) => {
    const length = codePointLength(password);
    if (length === 0) return { key: 'auth.passwordMissing' };
    if (length > maxPasswordCodePoints) return { key: 'auth.passwordLong', numbers: { max: maxPasswordCodePoints } };
    // Another server may allow shorter ones; that is no reason not to let someone in.
    if (mode === 'login' || length >= minPasswordCodePoints) return null;
    return { key: 'auth.passwordShort', numbers: { min: minPasswordCodePoints } };
  },
  repeat: ({ password, repeat }) => {
    if (repeat === '') return { key: 'auth.repeatMissing' };
    return repeat === password ? null : { key: 'auth.repeatDiffers' };
  },
};
