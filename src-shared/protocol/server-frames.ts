import { z } from 'zod';
import { assertNever } from '../kernel/assert-never.ts';
import type { ServerFailureKind, ServerFrame, WireAccount, WireContact, WireMessage } from './frames.ts';
import { maxContactRows, maxDroppedRows, maxMessageRows } from './limits.ts';
import {
  anything,
  optionalAvatar,
  optionalError,
  optionalName,
  presentError,
  wireContent,
  wireMessageId,
  wireName,
  wireOnline,
  wireRows,
  wireTimestamp,
  wireToken,
  wireUserId,
} from './wire-fields.ts';

/** `{}` as documented, and what servers say instead of it: null, nothing, an empty array (safety A38). */
const anyPayload = z.union([z.looseObject({}), z.array(z.unknown()), z.null(), z.undefined()]);
const objectPayload = z.union([z.looseObject({}), z.null().transform(() => ({})), z.undefined().transform(() => ({}))]);

const account: z.ZodType<WireAccount> = z.object({
  userId: wireUserId,
  username: wireName,
  email: optionalName,
  avatar: optionalAvatar,
});

const loggedInPayload = <Kind extends 'logged-in' | 'registered'>(kind: Kind) =>
  z
    .object({ userId: wireUserId, username: wireName, email: optionalName, avatar: optionalAvatar, token: wireToken })
    .transform(({ token, ...account }) => ({ kind, account, token }));

/** A contact; the name is `userName` in CONTACT_ADDED and `username` in CONTACTS_LOADED: both are taken in both. */
const contact: z.ZodType<WireContact> = z
  .object({
    contactId: anything,
    userId: anything,
    userName: anything,
    username: anything,
    online: wireOnline,
    avatar: optionalAvatar,
  })
  .transform((row) => ({
    userId: row.contactId ?? row.userId,
    username: row.userName ?? row.username,
    online: row.online,
    avatar: row.avatar,
  }))
  .pipe(z.object({ userId: wireUserId, username: wireName.catch(''), online: z.boolean(), avatar: z.string() }));

const message: z.ZodType<WireMessage> = z
  .object({
    id: wireMessageId,
    senderId: wireUserId,
    receiverId: wireUserId,
    content: wireContent,
    timestamp: wireTimestamp,
    status: anything.transform((status) => (status === 'read' ? 'read' : 'sent')),
    type: anything.transform((type) => (type === 'file' || type === 'image' ? type : 'text')),
  })
  // Field by field: with a rest pattern a long history takes a quarter longer.
  .transform(({ id, senderId, receiverId, content, timestamp, status, type }) => ({
    id,
    senderId,
    receiverId,
    content,
    timestampMs: timestamp,
    status,
    type,
  }));

/**
 * Takes the rows that are valid and counts the others: one bad row must not hide a history.
 * @returns null where so many are bad that looking at all of them would hold up the program.
 */
function keepRows<Row>(rows: readonly unknown[], row: z.ZodType<Row>): { kept: Row[]; dropped: number } | null {
  const kept: Row[] = [];
  let dropped = 0;
  for (const candidate of rows) {
    const result = row.safeParse(candidate);
    if (result.success) kept.push(result.data);
    else dropped += 1;
    if (dropped > maxDroppedRows) return null;
  }
  return { kept, dropped };
}

/** The valid rows of a MESSAGES_LOADED or of a part of one; null where too many are bad. */
export function keepMessageRows(rows: readonly unknown[]): { kept: WireMessage[]; dropped: number } | null {
  return keepRows(rows, message);
}

const messageRows = wireRows(maxMessageRows);
const messagesLoaded = z
  .union([messageRows, z.object({ messages: messageRows }).transform(({ messages }) => messages)])
  .transform((rows, context) => {
    const result = keepMessageRows(rows);
    if (result !== null) {
      return { kind: 'messages-loaded' as const, messages: result.kept, droppedRows: result.dropped };
    }
    context.addIssue('too many bad rows');
    return z.NEVER;
  });

const contactsLoaded = z.object({ contacts: wireRows(maxContactRows) }).transform(({ contacts }, context) => {
  const result = keepRows(contacts, contact);
  if (result !== null) {
    const { kept, dropped } = result;
    return { kind: 'contacts-loaded' as const, contacts: kept, ...(dropped > 0 && { droppedRows: dropped }) };
  }
  context.addIssue('too many bad rows');
  return z.NEVER;
});

/** History cleared, told from a message by its fields: none of a message's may be there (safety A8). */
const historyCleared = z
  .looseObject({ userId: wireUserId, targetUserId: wireUserId })
  .refine((payload) => !['id', 'senderId', 'receiverId', 'content'].some((field) => Object.hasOwn(payload, field)))
  .transform(({ userId, targetUserId }) => ({ kind: 'history-cleared' as const, userId, targetId: targetUserId }));

const messageReceived = z.union([
  message.transform((row) => ({ kind: 'message-received' as const, message: row })),
  historyCleared,
]);

const acknowledged = z
  .object({
    messageId: wireMessageId,
    id: wireMessageId.optional().catch(undefined),
    timestamp: wireTimestamp,
  })
  .transform(({ messageId, id, timestamp }) => ({
    kind: 'message-acknowledged' as const,
    messageId,
    ...(id === undefined ? {} : { id }),
    ...(timestamp === null ? {} : { timestampMs: timestamp }),
  }));

const failure = <Kind extends ServerFailureKind>(kind: Kind) =>
  objectPayload.pipe(z.object({ error: optionalError })).transform(({ error }) => ({ kind, error }));

/** A success has no `error`: whatever carries one is the request's failure, under whichever type it comes. */
const unlessError = <Success extends z.ZodType<ServerFrame>>(kind: ServerFailureKind, success: Success) =>
  z.union([z.object({ error: presentError }).transform(({ error }) => ({ kind, error })), success]);

/** As {@link unlessError}, and whatever is no valid success is a failure too (fail closed, safety A10). */
const orElseFailure = <Success extends z.ZodType<ServerFrame>>(kind: ServerFailureKind, success: Success) =>
  z.union([unlessError(kind, success), objectPayload.transform(() => ({ kind, error: '' }))]);

/** The payload schema of every frame a server may send, by wire `type`. The last seven are not documented but met. */
export const serverFrameSchemas: ReadonlyMap<string, z.ZodType<ServerFrame>> = new Map<string, z.ZodType<ServerFrame>>([
  ['LOGIN_SUCCESS', unlessError('log-in-failed', loggedInPayload('logged-in'))],
  ['LOGIN_FAILURE', failure('log-in-failed')],
  ['LOGOUT_SUCCESS', anyPayload.transform(() => ({ kind: 'logged-out' }))],
  ['REGISTER_SUCCESS', orElseFailure('register-failed', loggedInPayload('registered'))],
  [
    'PROFILE_UPDATED_SUCCESS',
    orElseFailure(
      'profile-update-failed',
      account.transform((account) => ({ kind: 'profile-updated', account })),
    ),
  ],
  ['CONTACTS_LOADED', unlessError('contacts-load-failed', contactsLoaded)],
  ['CONTACTS_LOADED_FAILED', failure('contacts-load-failed')],
  [
    'CONTACT_ADDED',
    unlessError(
      'contact-add-failed',
      contact.transform((contact) => ({ kind: 'contact-added', contact })),
    ),
  ],
  ['CONTACT_ADDED_FAILED', failure('contact-add-failed')],
  [
    'CONTACT_DELETED',
    unlessError(
      'contact-delete-failed',
      anyPayload.transform(() => ({ kind: 'contact-deleted' })),
    ),
  ],
  ['CONTACT_DELETED_FAILED', failure('contact-delete-failed')],
  ['MESSAGE_RECEIVED_SELF', acknowledged],
  ['MESSAGE_RECEIVED_OTHER', messageReceived],
  ['MESSAGES_LOADED', messagesLoaded],
  ['REGISTER_FAILURE', failure('register-failed')],
  ['REGISTER_FAILED', failure('register-failed')],
  ['PROFILE_UPDATED_FAILED', failure('profile-update-failed')],
  ['PROFILE_UPDATED_FAILURE', failure('profile-update-failed')],
  ['MESSAGES_CLEARED', historyCleared],
]);

type WireFrame = { readonly type: string; readonly payload: unknown };

const wireMessage = (row: WireMessage) => ({
  id: row.id,
  senderId: row.senderId,
  receiverId: row.receiverId,
  content: row.content,
  timestamp: row.timestampMs === null ? '' : new Date(row.timestampMs).toISOString(),
  status: row.status,
  type: row.type,
});

/** A server's frame as protocol.md writes it, slips included: failures of REGISTER are a REGISTER_SUCCESS. */
export function toServerWire(frame: ServerFrame): WireFrame {
  switch (frame.kind) {
    case 'logged-in':
      return { type: 'LOGIN_SUCCESS', payload: { ...wireAccount(frame.account), token: frame.token } };
    case 'registered':
      return { type: 'REGISTER_SUCCESS', payload: { ...wireAccount(frame.account), token: frame.token } };
    case 'logged-out':
      return { type: 'LOGOUT_SUCCESS', payload: {} };
    case 'profile-updated': {
      const { userId, username, email, avatar } = frame.account;
      // The documented reply repeats the password; nobody needs to hear it again.
      return { type: 'PROFILE_UPDATED_SUCCESS', payload: { userId, username, password: '', email, avatar } };
    }
    case 'contacts-loaded':
      return {
        type: 'CONTACTS_LOADED',
        payload: {
          contacts: frame.contacts.map(({ userId, username, online, avatar }) => ({
            contactId: userId,
            username,
            online,
            avatar,
          })),
        },
      };
    case 'contact-added': {
      const { userId, username, online, avatar } = frame.contact;
      return { type: 'CONTACT_ADDED', payload: { contactId: userId, userName: username, online, avatar } };
    }
    case 'contact-deleted':
      return { type: 'CONTACT_DELETED', payload: {} };
    case 'message-acknowledged':
      return { type: 'MESSAGE_RECEIVED_SELF', payload: wireAcknowledgement(frame) };
    case 'message-received':
      return { type: 'MESSAGE_RECEIVED_OTHER', payload: wireMessage(frame.message) };
    case 'messages-loaded':
      return { type: 'MESSAGES_LOADED', payload: frame.messages.map(wireMessage) };
    case 'history-cleared':
      return { type: 'MESSAGE_RECEIVED_OTHER', payload: { userId: frame.userId, targetUserId: frame.targetId } };
    case 'log-in-failed':
    case 'register-failed':
    case 'profile-update-failed':
    case 'contacts-load-failed':
    case 'contact-add-failed':
    case 'contact-delete-failed':
      return { type: failureTypes[frame.kind], payload: { error: frame.error } };
    default:
      return assertNever(frame);
  }
}

const failureTypes: Readonly<Record<ServerFailureKind, string>> = {
  'log-in-failed': 'LOGIN_FAILURE',
  'register-failed': 'REGISTER_SUCCESS',
  'profile-update-failed': 'PROFILE_UPDATED_SUCCESS',
  'contacts-load-failed': 'CONTACTS_LOADED_FAILED',
  'contact-add-failed': 'CONTACT_ADDED_FAILED',
  'contact-delete-failed': 'CONTACT_DELETED_FAILED',
};

const wireAccount = ({ userId, username, email, avatar }: WireAccount) => ({ userId, username, email, avatar });

function wireAcknowledgement(frame: Extract<ServerFrame, { kind: 'message-acknowledged' }>) {
  const { messageId, id, timestampMs } = frame;
  return {
    messageId,
    ...(id === undefined ? {} : { id }),
    ...(timestampMs === undefined ? {} : { timestamp: new Date(timestampMs).toISOString() }),
  };
}
