export type Gate = {
  /** Wraps a listener: its events wait until the gate is open, and then come in the order in which they arrived. */
  readonly through: <Event>(listener: (event: Event) => void) => (event: Event) => void;
  readonly open: () => void;
};

/** Holds events back while the snapshot they belong on top of is still on its way. */
export function createGate(): Gate {
  let waiting: (() => void)[] | null = [];
  return {
    through: (listener) => (event) => {
      if (waiting === null) listener(event);
      else waiting.push(() => listener(event));
    },
    open: () => {
      const held = waiting ?? [];
      waiting = null;
      for (const pass of held) pass();
    },
  };
}
