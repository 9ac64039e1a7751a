import { Check } from 'lucide-react';
import { useId, type ComponentProps } from 'react';
import { Icon } from './icon.tsx';
import './choice.css';

type ChoiceProps = Omit<ComponentProps<'input'>, 'type' | 'className' | 'id' | 'aria-describedby'> & { label: string };

/** Yes or no. */
export function Checkbox({ label, ...input }: ChoiceProps) {
  return (
    <label className="choice">
      <input {...input} type="checkbox" />
      <span className="choice-mark">
        <Icon of={Check} size={12} />
      </span>
      <span>{label}</span>
    </label>
  );
}

/** One of several; those with the same `name` belong together. The hint is read after the label. */
export function Radio({ label, hint, ...input }: ChoiceProps & { hint: string }) {
  const hintId = useId();
  return (
    <div className="radio-row">
      <label className="choice">
        <input {...input} type="radio" aria-describedby={hintId} />
        <span className="choice-mark" />
        <span>{label}</span>
      </label>
      <p className="choice-hint" id={hintId}>
        {hint}
      </p>
    </div>
  );
}
