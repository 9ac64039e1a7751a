/** What a message is made of. Anything else a server may say is shown as text. */
export const messageKinds = ['text', 'file', 'image'] as const;
export type MessageKind = (typeof messageKinds)[number];

/** The states a person sees (protocol reading, "Sending"). Messages of others are `sent` until read here, then `read`. */
export const messageStates = ['queued', 'sending', 'sent', 'read', 'failed'] as const;
export type MessageState = (typeof messageStates)[number];

/** Why a message of mine is `failed`. Each is an i18n key `failure.<reason>`. */
export const failureReasons = [
  'too-large',
  'refused',
  'no-answer',
  'poison',
  'not-on-server',
  'cancelled',
  'bytes-lost',
  'removed',
] as const;
export type FailureReason = (typeof failureReasons)[number];

/** The person ended the sending of it themselves: they know, and nothing went wrong. */
export const wasCancelled = (message: {
  readonly state: MessageState;
  readonly failure: FailureReason | null;
}): boolean => message.state === 'failed' && message.failure === 'cancelled';
