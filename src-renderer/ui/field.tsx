import { CircleAlert } from 'lucide-react';
import { useId, type ComponentProps, type ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './field.css';

export type FieldProps = Omit<ComponentProps<'input'>, 'id' | 'className' | 'aria-describedby'> & {
  label: string;
  /** What is wrong, in a sentence. Takes the place of the hint. */
  error?: string | undefined;
  hint?: ReactNode;
  hintTone?: 'quiet' | 'good' | 'caution';
  /** Inside the box, at its end. */
  trailing?: ReactNode;
};

/** One line of text with its label above and one line for hint or error below, whose room is always kept. */
export function TextField({ label, error, hint, hintTone = 'quiet', trailing, ...input }: FieldProps) {
  const id = useId();
  const lineId = `${id}-line`;
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <div className={error === undefined ? 'field-box' : 'field-box bad'}>
        <input
          spellCheck={false}
          {...input}
          id={id}
          aria-invalid={error === undefined ? undefined : true}
          aria-describedby={lineId}
        />
        {trailing}
      </div>
      <div className="field-lines" id={lineId}>
        {error === undefined ? (
          <div className={`field-line ${hintTone}`}>{hint}</div>
        ) : (
          <div className="field-line error" role="alert">
            <Icon of={CircleAlert} size={14} />
            <span>{error}</span>
          </div>
        )}
      </div>
    </div>
  );
}
