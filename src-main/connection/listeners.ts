import type { Cancel, Logger } from '../ports.ts';

export type Listeners<T> = {
  readonly add: (listener: (value: T) => void) => Cancel;
  readonly tell: (value: T) => void;
};

/** Listeners of one event. One that throws is logged: it must not keep the link or the others from their work. */
export function createListeners<T>(event: string, log: Logger): Listeners<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    add: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    tell: (value) => {
      for (const listener of listeners) {
        try {
          listener(value);
        } catch (error) {
          log('link.listener-threw', { event, error: error instanceof Error ? error.name : typeof error });
        }
      }
    },
  };
}
