/** What marks the box in which the messages of the conversation on screen are written. */
export const messageBoxMark = { 'data-message-box': true } as const;

/** Gives the focus to the box of the conversation on screen. @returns false where there is none. */
export function focusMessageBox(): boolean {
  const box = document.querySelector<HTMLElement>('[data-message-box]');
  box?.focus();
  return box !== null;
}

/** So that the next key is not lost where what had the focus is gone. Whoever has it keeps it. */
export function focusMessageBoxIfLost(): void {
  if (document.activeElement === document.body) focusMessageBox();
}
