import type { ServerFrame } from '../../src-shared/protocol/frames.ts';

declare const heldId: unique symbol;
/** A history that is kept in the store's process until it is merged or released. */
export type HeldId = number & { readonly [heldId]: true };

/** A MESSAGES_LOADED too large to be brought here. `rowCount` counts its rows, those that cannot be read among them. */
export type HeldHistory = { readonly kind: 'history-held'; readonly held: HeldId; readonly rowCount: number };

/** A frame from a server as it is dealt with here. */
export type InboundFrame = ServerFrame | HeldHistory;
