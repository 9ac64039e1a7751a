/** The mark of the app. Decoration: the words beside it say the name. */
export function Logo({ size }: { size: 32 | 48 }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 48 48" aria-hidden>
      <rect width="48" height="48" rx="11" fill="var(--brand)" />
      <path d="M14 10h5a5 5 0 0 1 5 5v9h-10a5 5 0 0 1-5-5v-4a5 5 0 0 1 5-5z" fill="var(--on-brand)" />
      <path d="M24 24h10a5 5 0 0 1 5 5v4a5 5 0 0 1-5 5h-5a5 5 0 0 1-5-5z" fill="var(--on-brand)" />
    </svg>
  );
}
