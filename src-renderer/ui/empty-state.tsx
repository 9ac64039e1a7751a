import type { ReactNode } from 'react';
import './empty-state.css';

type EmptyStateProps = { art: ReactNode; title: string; text: string; actions?: ReactNode };

/** Nothing here yet, and what to do next. */
export function EmptyState({ art, title, text, actions }: EmptyStateProps) {
  return (
    <div className="empty-state">
      <div className="empty-art">{art}</div>
      <h2>{title}</h2>
      <p>{text}</p>
      {actions !== undefined && <div className="empty-actions">{actions}</div>}
    </div>
  );
}
