import { ArrowBigUp, Eye, EyeOff } from 'lucide-react';
import { useState, type KeyboardEvent } from 'react';
import { IconButton } from './button.tsx';
import { TextField, type FieldProps } from './field.tsx';
import { Icon } from './icon.tsx';

type PasswordFieldProps = Omit<FieldProps, 'type' | 'trailing'> & {
  words: { readonly show: string; readonly hide: string; readonly capsLock: string };
};

/** A password: can be looked at, and says when Caps Lock is on. */
export function PasswordField({ words, hint, hintTone = 'quiet', ...field }: PasswordFieldProps) {
  const [isShown, setIsShown] = useState(false);
  const [isCapsLock, setIsCapsLock] = useState(false);
  const watchCapsLock = (event: KeyboardEvent): void => setIsCapsLock(event.getModifierState('CapsLock'));
  return (
    <TextField
      {...field}
      type={isShown ? 'text' : 'password'}
      autoCapitalize="off"
      hint={
        isCapsLock ? (
          <>
            <Icon of={ArrowBigUp} size={14} />
            <span>{words.capsLock}</span>
          </>
        ) : (
          hint
        )
      }
      hintTone={isCapsLock ? 'caution' : hintTone}
      onKeyDown={watchCapsLock}
      onKeyUp={watchCapsLock}
      trailing={
        <IconButton
          icon={isShown ? EyeOff : Eye}
          label={isShown ? words.hide : words.show}
          onClick={() => setIsShown(!isShown)}
        />
      }
    />
  );
}
