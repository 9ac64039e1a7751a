import { powerMonitor } from 'electron';

export type ScreenLock = {
  readonly isLocked: () => boolean;
  readonly onChanged: (listener: (isLocked: boolean) => void) => void;
  /** The window was given the focus: whatever the system did not say, somebody is there. */
  readonly windowFocused: () => void;
};

/** Knows whether the screen is locked, as far as the system says so. */
export function watchScreenLock(): ScreenLock {
  const listeners: ((isLocked: boolean) => void)[] = [];
  let isLocked = false;
  const set = (next: boolean): void => {
    if (next === isLocked) return;
    isLocked = next;
    for (const listener of listeners) listener(next);
  };
  powerMonitor.on('lock-screen', () => set(true));
  powerMonitor.on('unlock-screen', () => set(false));
  return {
    isLocked: () => isLocked,
    onChanged: (listener) => void listeners.push(listener),
    windowFocused: () => set(false),
  };
}
