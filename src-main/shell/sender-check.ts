/** What the check needs of Electron's `IpcMainInvokeEvent`. */
export type IpcSender = {
  readonly sender: { readonly id: number };
  readonly senderFrame: { readonly parent: unknown; readonly origin: string; readonly detached: boolean } | null;
};

/** Who may ask: the top frame of our one window, while it shows our own page. */
export type TrustedSender = {
  readonly webContentsId: number | null;
  /** The window's present main frame, compared by identity. */
  readonly mainFrame: unknown;
  readonly origin: string;
};

/**
 * Whether a request comes from our page (safety T29, §5.4). Call it first and synchronously: the frame is gone
 * after a navigation. A missing frame is a stranger.
 */
export function isTrustedSender(event: IpcSender, trusted: TrustedSender): boolean {
  try {
    const frame = event.senderFrame;
    return (
      frame !== null &&
      frame.parent === null &&
      // Electron 33 calls the main frame detached for good once its process has crashed.
      (!frame.detached || frame === trusted.mainFrame) &&
      frame.origin === trusted.origin &&
      trusted.webContentsId !== null &&
      event.sender.id === trusted.webContentsId
    );
  } catch {
    // Electron throws for a frame that was destroyed meanwhile.
    return false;
  }
}

/** Whether an address belongs to this origin. By text, since Node gives custom schemes the origin `null`. */
export function isOfOrigin(url: string, origin: string): boolean {
  return url === origin || url.startsWith(`${origin}/`);
}
