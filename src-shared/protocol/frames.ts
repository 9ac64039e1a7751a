import type { MessageId, UserId } from '../kernel/ids.ts';

/**
 * The frames of protocol.md in the words of this program. Wire names and slips are mapped to these in the
 * codec and nowhere else.
 */

/** What a client asks of a server. */
export type ClientFrame =
  | { readonly kind: 'log-in'; readonly username: string; readonly password: string }
  | { readonly kind: 'log-in-by-token'; readonly token: string }
  | { readonly kind: 'log-out'; readonly userId: UserId }
  | { readonly kind: 'register'; readonly username: string; readonly password: string; readonly email: string }
  | ({ readonly kind: 'update-profile'; readonly password: string } & WireAccount)
  | { readonly kind: 'load-contacts'; readonly userId: UserId }
  | { readonly kind: 'add-contact'; readonly userId: UserId; readonly targetId: UserId }
  | { readonly kind: 'delete-contact'; readonly userId: UserId; readonly targetId: UserId }
  | ({ readonly kind: 'send-message'; readonly content: string } & WireEnvelope)
  | ({
      readonly kind: 'send-file' | 'send-image';
      readonly name: string;
      readonly slices: readonly string[];
    } & WireEnvelope)
  | { readonly kind: 'load-messages'; readonly userId: UserId; readonly targetId: UserId }
  | { readonly kind: 'mark-read'; readonly messageId: MessageId }
  | { readonly kind: 'clear-messages'; readonly userId: UserId; readonly targetId: UserId };

/** What a server says to a client: replies and pushes. */
export type ServerFrame =
  | { readonly kind: 'logged-in' | 'registered'; readonly account: WireAccount; readonly token: string }
  | { readonly kind: 'logged-out' | 'contact-deleted' }
  | { readonly kind: 'profile-updated'; readonly account: WireAccount }
  /** `droppedRows` counts array elements that did not validate; they are never reported further. */
  | { readonly kind: 'contacts-loaded'; readonly contacts: readonly WireContact[]; readonly droppedRows?: number }
  | { readonly kind: 'contact-added'; readonly contact: WireContact }
  | { readonly kind: ServerFailureKind; readonly error: string }
  | {
      readonly kind: 'message-acknowledged';
      readonly messageId: MessageId;
      readonly id?: MessageId;
      readonly timestampMs?: number;
    }
  | { readonly kind: 'message-received'; readonly message: WireMessage }
  /** `droppedRows` as above. */
  | { readonly kind: 'messages-loaded'; readonly messages: readonly WireMessage[]; readonly droppedRows: number }
  | { readonly kind: 'history-cleared'; readonly userId: UserId; readonly targetId: UserId };

export type ServerFailureKind =
  | 'log-in-failed'
  | 'register-failed'
  | 'profile-update-failed'
  | 'contacts-load-failed'
  | 'contact-add-failed'
  | 'contact-delete-failed';

export type ClientFrameKind = ClientFrame['kind'];

export type WireEnvelope = { readonly messageId: MessageId; readonly senderId: UserId; readonly receiverId: UserId };
export type WireAccount = {
  readonly userId: UserId;
  readonly username: string;
  readonly email: string;
  readonly avatar: string;
};
export type WireContact = {
  readonly userId: UserId;
  readonly username: string;
  readonly online: boolean;
  readonly avatar: string;
};
export type WireMessageType = 'text' | 'file' | 'image';
export type WireMessageStatus = 'sent' | 'read';

/** A message as a server hands it out. `content` of a file or image is read by attachment-content.ts. */
export type WireMessage = {
  readonly id: MessageId;
  readonly senderId: UserId;
  readonly receiverId: UserId;
  readonly content: string;
  /** Milliseconds since 1970 UTC, or null where the server's timestamp could not be read. */
  readonly timestampMs: number | null;
  readonly status: WireMessageStatus;
  readonly type: WireMessageType;
};

/** Why a frame was not taken. `type` is the frame's own `type`, cut to 40 characters, for counting only. */
export type FrameReject = {
  readonly reason: 'too-large' | 'too-deep' | 'not-json' | 'not-a-frame' | 'unknown-type' | 'invalid-payload';
  readonly type?: string;
};
