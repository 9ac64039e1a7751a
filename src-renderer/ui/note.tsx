import { CircleAlert, Info, KeyRound, TriangleAlert, X, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';
import './note.css';

const icons = {
  plain: Info,
  key: KeyRound,
  caution: TriangleAlert,
  bad: CircleAlert,
} satisfies Record<string, LucideIcon>;

type NoteProps = {
  tone: keyof typeof icons;
  /** Takes it away. Absent, it stays for as long as what it says is so. */
  dismiss?: { readonly label: string; readonly onPress: () => void };
  children: ReactNode;
};

/** A few words set apart. `bad` is an alert and read at once. */
export function Note({ tone, dismiss, children }: NoteProps) {
  return (
    <div className={`note ${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon of={icons[tone]} />
      <div className="grow">{children}</div>
      {dismiss !== undefined && <IconButton icon={X} size="small" label={dismiss.label} onClick={dismiss.onPress} />}
    </div>
  );
}
