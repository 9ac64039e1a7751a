const isMac = /Mac/.test(navigator.platform);

/** How a shortcut with the system's main modifier is written here: "Ctrl E", on macOS "⌘E". */
export function modShortcut(key: string): string {
  return isMac ? `⌘${key}` : `Ctrl ${key}`;
}

/** Whether only the system's main modifier is held: ⌘ on macOS, Ctrl elsewhere. */
export function isModOnly(event: {
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}): boolean {
  const [mod, other] = isMac ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
  return mod && !other && !event.altKey && !event.shiftKey;
}
