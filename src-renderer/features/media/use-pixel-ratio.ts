import { useSyncExternalStore } from 'react';

/** How many pixels of the screen there are for one of the page: another one where the window is moved or zoomed. */
export function usePixelRatio(): number {
  return useSyncExternalStore(follow, () => window.devicePixelRatio);
}

function follow(onChange: () => void): () => void {
  let query: MediaQueryList | null = null;
  const changed = (): void => {
    watch();
    onChange();
  };
  const watch = (): void => {
    query?.removeEventListener('change', changed);
    query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    query.addEventListener('change', changed);
  };
  watch();
  return () => query?.removeEventListener('change', changed);
}
