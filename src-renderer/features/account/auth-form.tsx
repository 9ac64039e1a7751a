import { CircleCheck } from 'lucide-react';
import { useRef, useState, type FormEvent, type HTMLInputAutoCompleteAttribute } from 'react';
import { useTranslation } from 'react-i18next';
import { minPasswordCodePoints } from '../../../src-shared/domain/limits.ts';
import type { SessionView } from '../../../src-shared/ipc/views.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/choice.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import {
  codePointLength,
  complaintsAbout,
  fieldsOf,
  type AuthMode,
  type CredentialField,
  type Credentials,
} from './credentials.ts';
import { VaultNote } from './vault-note.tsx';

/** How the person wants to be kept on this computer. */
export type Keeping = { readonly staySignedIn: boolean; readonly history: SessionView['history'] };

type AuthFormProps = {
  mode: AuthMode;
  typed: Credentials;
  onType: (typed: Credentials) => void;
  vault: SessionView['vault'];
  keeping: Keeping;
  onKeeping: (keeping: Keeping) => void;
  isBusy: boolean;
  onSubmit: () => void;
};

/** The fields of one tab. Each is checked when it is left, and all of them when the form is sent. */
export function AuthForm({ mode, typed, onType, vault, keeping, onKeeping, isBusy, onSubmit }: AuthFormProps) {
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const [left, setLeft] = useState<ReadonlySet<CredentialField>>(new Set());
  const complaints = complaintsAbout(mode, typed);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isBusy) return;
    setLeft(new Set(fieldsOf[mode]));
    const wrong = fieldsOf[mode].find((field) => complaints[field] !== undefined);
    if (wrong === undefined) onSubmit();
    else form.current?.querySelector<HTMLInputElement>(`[name="${wrong}"]`)?.focus();
  };
  const field = (name: CredentialField, autoComplete: HTMLInputAutoCompleteAttribute) => {
    const complaint = left.has(name) ? complaints[name] : undefined;
    return {
      name,
      label: t(`auth.${name}`),
      value: typed[name],
      autoComplete,
      'aria-required': true,
      error: complaint === undefined ? undefined : t(complaint.key, complaint.numbers ?? {}),
      onChange: (event: { target: { value: string } }) => onType({ ...typed, [name]: event.target.value }),
      // An empty field that was only passed through is not yet a mistake.
      onBlur: () => typed[name] !== '' && setLeft((before) => new Set(before).add(name)),
    };
  };
  const words = { show: t('auth.showPassword'), hide: t('auth.hidePassword'), capsLock: t('auth.capsLock') };
  const isRegister = mode === 'register';

  return (
    <form ref={form} className="auth-form" onSubmit={submit} noValidate>
      <TextField {...field('username', 'username')} autoCapitalize="off" />
      {isRegister && <TextField {...field('email', 'email')} inputMode="email" autoCapitalize="off" />}
      <PasswordField
        {...field('password', isRegister ? 'new-password' : 'current-password')}
        words={words}
        {...(isRegister && passwordHint(t, typed.password))}
      />
      {isRegister && <PasswordField {...field('repeat', 'new-password')} words={words} />}
      {vault === 'keychain' ? (
        <Checkbox
          label={t('auth.staySignedIn')}
          checked={keeping.staySignedIn}
          onChange={(event) => onKeeping({ ...keeping, staySignedIn: event.target.checked })}
        />
      ) : (
        <VaultNote
          vault={vault}
          history={keeping.history}
          onHistory={(history) => onKeeping({ ...keeping, history })}
        />
      )}
      <Button type="submit" variant="primary" size="large" block busy={isBusy}>
        {t(`auth.${mode}`)}
      </Button>
    </form>
  );
}

function passwordHint(t: ReturnType<typeof useTranslation>['t'], password: string) {
  const length = codePointLength(password);
  if (length < minPasswordCodePoints) return { hint: t('auth.passwordShort', { min: minPasswordCodePoints }) };
  return {
    hintTone: 'good' as const,
    hint: (
      <>
        <Icon of={CircleCheck} size={14} />
        <span>{t('auth.passwordGood', { length })}</span>
      </>
    ),
  };
}
