export type ImeGuard = {
  readonly onCompositionStart: () => void;
  readonly onCompositionEnd: () => void;
  readonly onBlur: () => void;
  /** Whether a key belongs to the input method: it must not send. */
  readonly owns: (event: { readonly isComposing: boolean; readonly keyCode: number }) => boolean;
};

/** The key code of every key that an input method has taken. */
const takenKeyCode = 229;

/**
 * Tells an Enter that confirms a candidate from one that sends. Chromium gives the key first, marked as composing;
 * WebKit ends the composition first and gives the key right after it; some input methods mark neither, so Enter is
 * theirs until one tick after the end. A composition whose end never came is forgotten when the box loses the focus.
 */
export function createImeGuard(): ImeGuard {
  let isComposing = false;
  let hasJustEnded = false;
  return {
    onCompositionStart: () => {
      isComposing = true;
    },
    onCompositionEnd: () => {
      isComposing = false;
      hasJustEnded = true;
      setTimeout(() => {
        hasJustEnded = false;
      }, 0);
    },
    onBlur: () => {
      isComposing = false;
      hasJustEnded = false;
    },
    owns: (event) => isComposing || hasJustEnded || event.isComposing || event.keyCode === takenKeyCode,
  };
}
