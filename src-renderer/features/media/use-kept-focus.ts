import { useLayoutEffect, useRef } from 'react';

type KeptFocus = {
  readonly onFocus: (event: { readonly currentTarget: HTMLElement }) => void;
  readonly onBlur: () => void;
};

/**
 * For an element in which one button gives way to another: where the one that had the focus is gone, its message has
 * it, so that the next key still means this message.
 */
export function useKeptFocus(): KeptFocus {
  const focused = useRef<HTMLElement | null>(null);
  // Nobody hears of a blur when an element is taken away.
  useLayoutEffect(() => {
    const { current } = focused;
    if (current === null || current.ownerDocument.activeElement !== current.ownerDocument.body) return;
    focused.current = null;
    current.closest<HTMLElement>('article')?.focus({ preventScroll: true });
  });
  return {
    onFocus: ({ currentTarget }) => {
      focused.current = currentTarget;
    },
    onBlur: () => {
      focused.current = null;
    },
  };
}
