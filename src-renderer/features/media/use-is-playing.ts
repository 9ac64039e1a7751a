import { useEffect, useState, type RefObject } from 'react';

/** Whether a moving picture may move: it is on screen, the window has the focus, and nobody asked for stillness. */
export function useIsPlaying(element: RefObject<Element | null>, isAnimated: boolean): boolean {
  const [isSeen, setIsSeen] = useState(false);
  const [isFocused, setIsFocused] = useState(() => document.hasFocus());
  const [isStill] = useState(() => window.matchMedia('(prefers-reduced-motion: reduce)').matches);
  useEffect(() => {
    const target = element.current;
    if (!isAnimated || target === null) return undefined;
    const look = (): void => setIsFocused(document.hasFocus());
    const observer = new IntersectionObserver((entries) => setIsSeen(entries.at(-1)?.isIntersecting ?? false));
    observer.observe(target);
    look();
    window.addEventListener('focus', look);
    window.addEventListener('blur', look);
    return () => {
      observer.disconnect();
      window.removeEventListener('focus', look);
      window.removeEventListener('blur', look);
    };
  }, [element, isAnimated]);
  return isAnimated && isSeen && isFocused && !isStill;
}
