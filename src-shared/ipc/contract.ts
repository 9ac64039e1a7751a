import { z } from 'zod';
import type { Result } from '../kernel/result.ts';
import {
  maxAddressLength,
  maxEmailLength,
  maxHitsPerPage,
  maxNameCodePoints,
  maxPageSize,
  maxPasswordCodePoints,
  maxQueryLength,
  maxDraftUnits,
  maxTextCodePoints,
} from '../domain/limits.ts';
import { attachmentEvents, attachmentRequests, type PastedFile } from './attachment-channels.ts';
import { namedTransferSchema } from './attachment-views.ts';
import { commandIdSchema, rowIdSchema, serverUrlSchema, userIdSchema } from './ids-schema.ts';
import {
  accountViewSchema,
  connectionViewSchema,
  contactViewSchema,
  conversationViewSchema,
  draftSchema,
  messageViewSchema,
  messageHitSchema,
  noticeSchema,
  quitAnswers,
  personHitSchema,
  pageSchema,
  probeStepSchema,
  removedMessageViewSchema,
  searchCursorSchema,
  sessionViewSchema,
  settingsSchema,
  snapshotSchema,
} from './views.ts';

/**
 * Every channel between window and main process. A channel that is not here has no type, no schema and no
 * handler, so it does not compile. Requests are imperative, events past tense. Text limits count UTF-16 units
 * here (twice the code points), as a guard for memory; the exact limits are checked by their own rules.
 */
const nothing = z.strictObject({});
const text = z.string().max(2 * maxTextCodePoints);
const credentials = {
  serverUrl: serverUrlSchema,
  username: z.string().max(2 * maxNameCodePoints),
  password: z.string().max(2 * maxPasswordCodePoints),
  staySignedIn: z.boolean(),
  /** Only where there is no keychain: what the person chose for history on this computer. */
  history: z.enum(['keychain', 'key-file', 'memory']),
};

export const requests = {
  ...attachmentRequests,
  /** To `app:quitAsked`. `shown`: the question is on screen; without this word in time the program quits. */
  'app:answerQuit': { request: z.strictObject({ answer: z.enum(quitAnswers) }), reply: nothing },
  'app:getSnapshot': { request: nothing, reply: snapshotSchema },
  'settings:update': { request: settingsSchema.unwrap().partial().strict(), reply: settingsSchema },
  /** Starts the built-in server for this computer only. */
  'hosting:startLocal': { request: nothing, reply: z.object({ serverUrl: serverUrlSchema }) },
  /** Finds out whether a server is there; steps arrive as `servers:probed`. The reply carries the address in normal form. */
  'servers:probe': {
    request: z.strictObject({ address: z.string().max(maxAddressLength), probeId: z.uuid() }),
    reply: z.object({ serverUrl: serverUrlSchema, isPlainPublic: z.boolean() }),
  },
  'session:register': {
    request: z.strictObject({ ...credentials, email: z.string().max(maxEmailLength) }),
    reply: accountViewSchema,
  },
  'session:logIn': { request: z.strictObject(credentials), reply: accountViewSchema },
  'session:logOut': { request: nothing, reply: nothing },
  /** Cuts the wait for the next try, and ends a pause. */
  'connection:retryNow': { request: nothing, reply: nothing },
  'contacts:add': { request: z.strictObject({ userId: userIdSchema }), reply: contactViewSchema },
  /** Leaves the history as it is. */
  'contacts:delete': { request: z.strictObject({ userId: userIdSchema }), reply: nothing },
  /** Here only; anyone, contact or not. */
  'contacts:setBlocked': { request: z.strictObject({ userId: userIdSchema, isBlocked: z.boolean() }), reply: nothing },
  /** Clears a conversation on the server and hides it here. */
  'conversations:clear': { request: z.strictObject({ peerId: userIdSchema }), reply: nothing },
  /** Says which conversation is on screen (null: none), so that it is loaded, kept fresh and marked read. */
  'conversations:setViewed': { request: z.strictObject({ peerId: userIdSchema.nullable() }), reply: nothing },
  'messages:getPage': {
    request: z.strictObject({
      peerId: userIdSchema,
      anchor: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.enum(['newest', 'first-unread']) }),
        z.strictObject({ kind: z.enum(['before', 'after']), position: z.int() }),
        z.strictObject({ kind: z.literal('around'), rowId: rowIdSchema }),
      ]),
      limit: z.int().min(1).max(maxPageSize),
    }),
    reply: pageSchema,
  },
  /** Pictures or files of a conversation, the latest first. */
  'messages:listMedia': {
    request: z.strictObject({
      peerId: userIdSchema,
      kind: z.enum(['image', 'file']),
      /** The position of the last one of the page before. */
      before: z.int().nullable(),
      limit: z.int().min(1).max(maxPageSize),
    }),
    reply: z.object({ messages: z.array(messageViewSchema), hasMore: z.boolean() }),
  },
  /** Commits the message and empties the draft in one transaction; the same commandId again is the same message. */
  'messages:sendText': {
    request: z.strictObject({ commandId: commandIdSchema, peerId: userIdSchema, text: text.min(1) }),
    reply: messageViewSchema,
  },
  'messages:retry': { request: z.strictObject({ rowId: rowIdSchema }), reply: messageViewSchema },
  /** Removes a message here only. */
  'messages:delete': { request: z.strictObject({ rowId: rowIdSchema }), reply: nothing },
  /** What was deleted or cleared here within 30 days, the latest removal first, then the latest message. */
  'messages:listRemoved': {
    request: z.strictObject({
      peerId: userIdSchema,
      /** The last one of the page before. */
      after: z.strictObject({ removedAtMs: z.int(), position: z.int() }).nullable(),
      limit: z.int().min(0).max(maxPageSize),
    }),
    reply: z.object({
      removed: z.array(removedMessageViewSchema),
      /** How many there are in all. */
      total: z.int().min(0),
    }),
  },
  /** Shows removed messages again; null means all of this conversation. */
  'messages:bringBack': {
    request: z.strictObject({
      peerId: userIdSchema,
      rowIds: z.array(rowIdSchema).min(1).max(maxPageSize).nullable(),
    }),
    reply: nothing,
  },
  /** The person has had these on screen, focused, for half a second. */
  'messages:markRead': {
    request: z.strictObject({ peerId: userIdSchema, rowIds: z.array(rowIdSchema).min(1).max(maxPageSize) }),
    reply: nothing,
  },
  'drafts:save': {
    request: z.strictObject({
      peerId: userIdSchema,
      draft: draftSchema
        .unwrap()
        .extend({ text: z.string().max(maxDraftUnits) })
        .strict()
        .nullable(),
    }),
    reply: nothing,
  },
  /**
   * One page of what is found, newest message first. People come with the first page of a search everywhere. A page may
   * be short or empty and yet have a `next`, which is then asked for as `before`.
   */
  'search:find': {
    request: z.strictObject({
      query: z.string().max(maxQueryLength),
      /** Only messages with this person; null: everywhere. */
      peerId: userIdSchema.nullable(),
      before: searchCursorSchema.nullable(),
      limit: z.int().min(1).max(maxHitsPerPage),
    }),
    reply: z.object({
      people: z.array(personHitSchema),
      messages: z.array(messageHitSchema),
      next: searchCursorSchema.nullable(),
    }),
  },
  /** Opens a web or mail address in the system's own program, after a check of its scheme. */
  'links:open': { request: z.strictObject({ url: z.string().max(maxAddressLength) }), reply: nothing },
  /** Tries again what a notice is about: to open the history, the keychain, or to write on a full disk. */
  'history:retry': { request: nothing, reply: nothing },
  'history:startNew': { request: nothing, reply: nothing },
  'app:dismissNotice': { request: z.strictObject({ kind: noticeSchema.unwrap().shape.kind }), reply: nothing },
} as const;

export const events = {
  ...attachmentEvents,
  /** The person wants to quit while these are under way: they are to be asked whether they do. */
  'app:quitAsked': z.array(namedTransferSchema),
  'settings:changed': settingsSchema,
  'session:changed': sessionViewSchema,
  'connection:changed': connectionViewSchema,
  /** Those who are new or other than they were: a picture may be half a megabyte. Nobody is ever taken away. */
  'contacts:changed': z.array(contactViewSchema),
  'conversations:upserted': z.array(conversationViewSchema),
  'conversations:removed': z.array(userIdSchema),
  /** How far a long history is that is being laid down here; `total` 0: it is done, or given up. */
  'conversations:historyProgress': z.object({ peerId: userIdSchema, done: z.int().min(0), total: z.int().min(0) }),
  'messages:upserted': z.array(messageViewSchema),
  'messages:removed': z.array(z.object({ peerId: userIdSchema, rowId: rowIdSchema })),
  /** Positions or many rows of this conversation changed: pages of it are to be asked for again. */
  'messages:reordered': z.object({ peerId: userIdSchema }),
  'servers:probed': z.object({ probeId: z.string(), step: probeStepSchema }),
  'app:noticed': noticeSchema,
  /** What a notice said does not hold any more. */
  'app:noticeEnded': noticeSchema.unwrap().shape.kind,
  /** Nobody reads behind a locked screen. */
  'app:screenLocked': z.object({ isLocked: z.boolean() }),
} as const;

export type RequestChannel = keyof typeof requests;
export type EventChannel = keyof typeof events;
export type RequestOf<C extends RequestChannel> = z.input<(typeof requests)[C]['request']>;
/** A request after its schema: ids are branded. What handlers get. */
export type ParsedRequestOf<C extends RequestChannel> = z.output<(typeof requests)[C]['request']>;
export type ReplyOf<C extends RequestChannel> = z.output<(typeof requests)[C]['reply']>;
export type EventOf<E extends EventChannel> = z.output<(typeof events)[E]>;

/** The page hands over files, which the preload makes paths or bytes of: it never names a path (safety T30). */
export type StageRequest = Omit<RequestOf<'attachments:stage'>, 'files'> & {
  readonly files: readonly (File | PastedFile)[];
};

/** What the preload puts on `window.kith`: one named function per request, one subscription per event. */
export type Bridge = {
  readonly [C in Exclude<RequestChannel, 'attachments:stage'>]: (request: RequestOf<C>) => Promise<Result<ReplyOf<C>>>;
} & {
  readonly 'attachments:stage': (request: StageRequest) => Promise<Result<ReplyOf<'attachments:stage'>>>;
} & {
  readonly on: { readonly [E in EventChannel]: (listener: (event: EventOf<E>) => void) => () => void };
};
