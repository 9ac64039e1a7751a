import { CircleAlert, Info, KeyRound, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './note.css';

const icons = {
  plain: Info,
  key: KeyRound,
  caution: TriangleAlert,
  bad: CircleAlert,
} satisfies Record<string, LucideIcon>;

/** A few words set apart. `bad` is an alert and read at once. */
export function Note({ tone, children }: { tone: keyof typeof icons; children: ReactNode }) {
  return (
    <div className={`note ${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon of={icons[tone]} />
      <div className="grow">{children}</div>
    </div>
  );
}
