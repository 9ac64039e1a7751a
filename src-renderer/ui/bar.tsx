import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './bar.css';

type BarProps = {
  icon: LucideIcon;
  tone?: 'plain' | 'caution';
  text: string;
  /** May tick: only `text` is read out when it changes. */
  aside?: ReactNode;
  actions?: ReactNode;
  /** Something else on screen already reads these words out. */
  isSilent?: boolean;
};

/** A slim line across the window, above all panes. */
export function Bar({ icon, tone = 'plain', text, aside, actions, isSilent = false }: BarProps) {
  return (
    <div className={`bar ${tone}`}>
      <Icon of={icon} />
      <div className="bar-words">
        {isSilent ? <strong>{text}</strong> : <output>{text}</output>}
        <span className="numeric">{aside}</span>
      </div>
      {actions}
    </div>
  );
}
