import './badge.css';

/** A count. `label` is what it counts, e.g. "5 unread". */
export function Badge({ count, label }: { count: number; label: string }) {
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an <img> cannot hold digits
    <span className="badge" role="img" aria-label={label}>
      {count > 999 ? '999+' : count}
    </span>
  );
}
