import './host-line.css';

/**
 * Something and the computer it lies on, in one line. The host is cut at its start: whose computer it is, its end says.
 * `before`: what stands before it, and is never cut.
 */
export function HostLine({ before, host }: { before?: string; host: string }) {
  return (
    <span className="host-line" title={host}>
      {before !== undefined && <span>{`${before} · `}</span>}
      <span className="host-name">
        <bdi dir="ltr">{host}</bdi>
      </span>
    </span>
  );
}
