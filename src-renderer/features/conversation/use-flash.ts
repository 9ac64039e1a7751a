import { useEffect, useState } from 'react';
import type { RowId } from '../../../src-shared/kernel/ids.ts';

/** As long as it fades: `--dur-flash` (LOOK, States and motion). */
const flashMs = 1_200;

/** The message to pick out: `target` for a moment after the list was built, then none. */
export function useFlash(target: RowId | null): RowId | null {
  const [flashing, setFlashing] = useState(target);
  useEffect(() => {
    if (target === null) return;
    const timer = setTimeout(() => setFlashing(null), flashMs);
    return () => clearTimeout(timer);
  }, [target]);
  return flashing;
}
