import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './bar.css';

type BarProps = { icon: LucideIcon; tone?: 'plain' | 'caution'; text: string; aside?: ReactNode; actions?: ReactNode };

/** A slim line across the window, above all panes. `aside` may tick: only `text` is read when it changes. */
export function Bar({ icon, tone = 'plain', text, aside, actions }: BarProps) {
  return (
    <div className={`bar ${tone}`}>
      <Icon of={icon} />
      <div className="bar-words">
        <output>{text}</output>
        <span className="numeric">{aside}</span>
      </div>
      {actions}
    </div>
  );
}
