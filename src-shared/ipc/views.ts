import { z } from 'zod';
import { appErrorCodes } from '../kernel/app-error.ts';
import { failureReasons, messageKinds, messageStates } from '../domain/message.ts';
import { locales, sendKeys, sidebarWidth, themes } from '../domain/settings.ts';
import { attachmentViewSchema, transferViewSchema } from './attachment-views.ts';
import { messageIdSchema, rowIdSchema, serverUrlSchema, userIdSchema } from './ids-schema.ts';

/** What the window is shown. Plain data only: primitives, arrays, flat objects (contextBridge clones them). */

export const presenceSchema = z.enum(['online', 'offline', 'unknown']);
export type Presence = z.infer<typeof presenceSchema>;

export const accountViewSchema = z
  .object({
    serverUrl: serverUrlSchema,
    userId: userIdSchema,
    username: z.string(),
    email: z.string(),
    /** A `data:` image that main has checked, or "". */
    avatar: z.string(),
  })
  .readonly();
export type AccountView = z.infer<typeof accountViewSchema>;

export const sessionViewSchema = z
  .object({
    /** `starting`: the vault and the store are being opened. `expired`: the token was refused, history stays readable. */
    phase: z.enum(['starting', 'signed-out', 'signed-in', 'expired']),
    /** Set when signed-in or expired. */
    account: accountViewSchema.nullable(),
    /** The server that was used last, to be filled in. */
    lastServerUrl: serverUrlSchema.nullable(),
    /** The name that was used last there, to be filled in. */
    lastUsername: z.string(),
    /** `keychain`: the token survives a restart. `none`: this system has no keychain. `locked`: it has one that did not open. */
    vault: z.enum(['keychain', 'none', 'locked']),
    /** How history is kept: sealed by the keychain, by a key in a 0600 file (asked for), or in memory only. */
    history: z.enum(['keychain', 'key-file', 'memory']),
  })
  .readonly();
export type SessionView = z.infer<typeof sessionViewSchema>;

export const connectionViewSchema = z
  .object({
    /** `paused`: signed in elsewhere, on a server that keeps one connection for each account. */
    phase: z.enum(['idle', 'connecting', 'connected', 'offline', 'paused']),
    /** Milliseconds since 1970 of the next try, while offline and one is planned. */
    nextAttemptAtMs: z.number().nullable(),
    /** Why the last attempt or connection ended. */
    cause: z.enum(appErrorCodes).nullable(),
  })
  .readonly();
export type ConnectionView = z.infer<typeof connectionViewSchema>;

export const contactViewSchema = z
  .object({
    userId: userIdSchema,
    username: z.string(),
    avatar: z.string(),
    presence: presenceSchema,
    /** False for a stranger who wrote, and for someone removed from the contacts whose history is still here. */
    isContact: z.boolean(),
    /** Here only: what they write is kept out of sight. */
    isBlocked: z.boolean(),
  })
  .readonly();
export type ContactView = z.infer<typeof contactViewSchema>;

export const messageViewSchema = z
  .object({
    rowId: rowIdSchema,
    peerId: userIdSchema,
    senderId: userIdSchema,
    messageId: messageIdSchema,
    kind: z.enum(messageKinds),
    /** The text, or for files and images the cleaned file name. */
    text: z.string(),
    /** Bytes of a file or image where the server said so, or they are here. */
    sizeBytes: z.number().nullable(),
    /** Null for texts. */
    attachment: attachmentViewSchema.nullable(),
    state: z.enum(messageStates),
    failure: z.enum(failureReasons).nullable(),
    /** Milliseconds since 1970: the server's clock where known, else ours. For showing, never for sorting. */
    atMs: z.number(),
    /** Sorts within the conversation. Larger is later. */
    position: z.number(),
  })
  .readonly();
export type MessageView = z.infer<typeof messageViewSchema>;

/** A message that was deleted or cleared here and can be brought back. */
export const removedMessageViewSchema = z
  .object({
    message: messageViewSchema,
    /** Milliseconds since 1970. */
    removedAtMs: z.number(),
  })
  .readonly();
export type RemovedMessageView = z.infer<typeof removedMessageViewSchema>;

export const draftSchema = z.object({ text: z.string(), caret: z.int().min(0) }).readonly();
export type Draft = z.infer<typeof draftSchema>;

export const conversationViewSchema = z
  .object({
    peerId: userIdSchema,
    lastMessage: messageViewSchema.nullable(),
    unreadCount: z.int().min(0),
    draft: draftSchema.nullable(),
    /** Files that wait in the tray, sendable or not. */
    stagedCount: z.int().min(0),
    /** Milliseconds since 1970 of the last message or, without one, of the adding. Sorts the list. */
    activeAtMs: z.number(),
    /** The other side cleared the history on the server at this position; a note is shown there. */
    clearedByPeerAt: z.number().nullable(),
  })
  .readonly();
export type ConversationView = z.infer<typeof conversationViewSchema>;

export const settingsSchema = z
  .object({
    theme: z.enum(themes),
    locale: z.enum(locales),
    sendKey: z.enum(sendKeys),
    sidebarWidth: z.int().min(sidebarWidth.min).max(sidebarWidth.max),
    /** Whether the details pane stands beside the conversation. */
    showsDetails: z.boolean(),
  })
  .readonly();
export type Settings = z.infer<typeof settingsSchema>;

/** UTF-16 indices into the text shown, the end excluded: what of it to mark. */
const textRangesSchema = z.array(z.object({ start: z.int().min(0), end: z.int().min(0) }).readonly()).readonly();

/** A person found by name, by how the name sounds, or by id. */
export const personHitSchema = z
  .object({
    userId: userIdSchema,
    username: z.string(),
    nameRanges: textRangesSchema,
    /** Into the digits of the id. */
    idRanges: textRangesSchema,
  })
  .readonly();
export type PersonHit = z.infer<typeof personHitSchema>;

/** A message or file name that was found. */
export const messageHitSchema = messageViewSchema
  .unwrap()
  .pick({ rowId: true, peerId: true, senderId: true, kind: true, sizeBytes: true, atMs: true })
  .extend({
    /** One line of the text around the first place where it was found; of a file name up to its very end. */
    excerpt: z.string(),
    /** Into `excerpt`. */
    ranges: textRangesSchema,
  })
  .readonly();
export type MessageHit = z.infer<typeof messageHitSchema>;

/** Where a list of results goes on. Made by the store, handed back as it is. */
export const searchCursorSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('sorted'),
      key: z.int().min(0),
      rowId: rowIdSchema,
      /** Set where very many messages are not indexed yet: those after this row come last. */
      backlogAbove: z.int().min(0).nullable(),
    }),
    z.strictObject({ kind: z.literal('backlog'), below: rowIdSchema, backlogAbove: z.int().min(0) }),
  ])
  .readonly();
export type SearchCursor = z.infer<typeof searchCursorSchema>;

/** Things a person should know that no action of theirs caused. Each is an i18n key `notice.<kind>`. */
const noticeKinds = [
  'store-set-aside',
  'store-unavailable',
  'history-locked',
  'disk-full',
  'keychain-locked',
  'settings-reset',
  'running-as-root',
] as const;
/** `detail`, for `store-set-aside`: how many messages not yet sent were saved. */
export const noticeSchema = z.object({ kind: z.enum(noticeKinds), detail: z.string() }).readonly();
export type Notice = z.infer<typeof noticeSchema>;

export const quitAnswers = ['shown', 'quit', 'keep-open'] as const;
export type QuitAnswer = (typeof quitAnswers)[number];

/** Some neighbouring messages of one conversation. */
export const pageSchema = z.object({
  /** By position, oldest first. */
  messages: z.array(messageViewSchema),
  hasOlder: z.boolean(),
  hasNewer: z.boolean(),
  firstUnreadRowId: rowIdSchema.nullable(),
});

/** The conversation on screen, which was on screen when the program was left, with the page it begins with. */
const viewedSchema = z
  .object({ peerId: userIdSchema, start: z.enum(['newest', 'first-unread']), page: pageSchema })
  .readonly();
export type ViewedView = z.infer<typeof viewedSchema>;

/** Everything the first screen needs, in one answer. */
export const snapshotSchema = z
  .object({
    session: sessionViewSchema,
    connection: connectionViewSchema,
    settings: settingsSchema,
    systemLocale: z.string(),
    platform: z.enum(['win32', 'darwin', 'linux']),
    profile: z.string(),
    servers: z.array(serverUrlSchema),
    contacts: z.array(contactViewSchema),
    conversations: z.array(conversationViewSchema),
    viewed: viewedSchema.nullable(),
    /** Uploads and downloads under way. */
    transfers: z.array(transferViewSchema),
    notices: z.array(noticeSchema),
  })
  .readonly();
export type Snapshot = z.infer<typeof snapshotSchema>;

/** One step of reaching a server, in the order in which they are taken. */
const probeStepNames = ['name', 'port', 'tls', 'websocket', 'protocol'] as const;
export const probeStepSchema = z
  .object({
    step: z.enum(probeStepNames),
    outcome: z.enum(['running', 'passed', 'failed']),
    /** What was found, e.g. the resolved address or the port. Shown as it is. */
    detail: z.string(),
    elapsedMs: z.number(),
    error: z.enum(appErrorCodes).nullable(),
  })
  .readonly();
export type ProbeStep = z.infer<typeof probeStepSchema>;
