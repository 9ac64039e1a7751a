import { z } from 'zod';
import { maxTextCodePoints } from '../domain/limits.ts';
import { maxPastedBytes, maxPastedBytesAtOnce, maxStagedFiles } from '../domain/attachment.ts';
import { blobIdSchema, stagedIdSchema, transferViewSchema, trayViewSchema } from './attachment-views.ts';
import { appErrorCodes } from '../kernel/app-error.ts';
import { commandIdSchema, rowIdSchema, userIdSchema } from './ids-schema.ts';

/** Files and images: requests and events, part of contract.ts. */

const nothing = z.strictObject({});
const aMessage = z.strictObject({ rowId: rowIdSchema });
/** A picture 480 pixels wide takes a tenth of it. */
const maxThumbBytes = 512 * 1024;
/** What is dropped at once; beyond what a tray holds, each is named as one too many. */
const maxFilesAtOnce = 5_000;

const pastedFileSchema = z.strictObject({
  name: z.string().max(1_024),
  bytes: z.instanceof(Uint8Array).refine((bytes) => bytes.length <= maxPastedBytes),
});
/** What was too large to come with its bytes: so that it is named in the tray. */
const tooLargeFileSchema = z.strictObject({ name: z.string().max(1_024), sizeBytes: z.int().min(maxPastedBytes) });
/** What the window could not read: a file of a program that is gone, or that was deleted after it was copied. */
const unreadFileSchema = z.strictObject({ name: z.string().max(1_024), isUnreadable: z.literal(true) });
const bytesIn = (files: readonly object[]): number =>
  files.reduce((sum, file) => sum + ('bytes' in file && file.bytes instanceof Uint8Array ? file.bytes.length : 0), 0);
/** Bytes that have no path: a pasted picture, a long text. */
export type PastedFile = z.infer<typeof pastedFileSchema>;
export type TooLargeFile = z.infer<typeof tooLargeFileSchema>;
export type UnreadFile = z.infer<typeof unreadFileSchema>;

export const attachmentRequests = {
  /**
   * Puts files into the tray of a conversation. The page passes `File`s; what main gets is what the preload made of
   * them. What cannot be sent is in the tray too, with the reason. `notTaken` is not: bytes that could not be kept, named
   * by their place in the request. Nobody but the page has them.
   */
  'attachments:stage': {
    request: z.strictObject({
      peerId: userIdSchema,
      files: z
        .array(
          z.union([
            z.strictObject({ path: z.string().min(1).max(32_768) }),
            pastedFileSchema,
            tooLargeFileSchema,
            unreadFileSchema,
          ]),
        )
        .min(1)
        .max(maxFilesAtOnce)
        .refine((files) => bytesIn(files) <= maxPastedBytesAtOnce),
    }),
    reply: z.object({
      tray: trayViewSchema,
      notTaken: z.array(z.object({ at: z.int().min(0), code: z.enum(appErrorCodes) })),
    }),
  },
  'attachments:getTray': { request: z.strictObject({ peerId: userIdSchema }), reply: trayViewSchema },
  'attachments:unstage': {
    request: z.strictObject({
      peerId: userIdSchema,
      stagedIds: z
        .array(stagedIdSchema)
        .min(1)
        .max(2 * maxStagedFiles),
    }),
    reply: trayViewSchema,
  },
  /** Says in which order they are to go; those not named come last, as they were. */
  'attachments:arrange': {
    request: z.strictObject({ peerId: userIdSchema, stagedIds: z.array(stagedIdSchema).max(2 * maxStagedFiles) }),
    reply: trayViewSchema,
  },
  'attachments:setStaged': {
    request: z.strictObject({
      peerId: userIdSchema,
      stagedId: stagedIdSchema,
      isAsFile: z.boolean(),
      keepsMetadata: z.boolean(),
    }),
    reply: trayViewSchema,
  },
  /**
   * Copies each of these into the spool and commits it as a message, in this order, then the caption as a text. What
   * could not be copied stays in the tray with the reason, the others go on. Answers when all are done with.
   */
  'attachments:send': {
    request: z.strictObject({
      /** Names the caption's message. */
      commandId: commandIdSchema,
      peerId: userIdSchema,
      stagedIds: z
        .array(stagedIdSchema)
        .min(1)
        .max(2 * maxStagedFiles),
      /** "" sends none. */
      caption: z.string().max(2 * maxTextCodePoints),
    }),
    reply: z.object({ sentCount: z.int().min(0), tray: trayViewSchema }),
  },
  /** Fetches the bytes of a message: one on another host, or one that failed. */
  'attachments:download': { request: aMessage, reply: nothing },
  /** The small picture that the window made of an image, WebP. */
  'attachments:keepThumb': {
    request: z.strictObject({
      blobId: blobIdSchema,
      width: z.int().min(1).max(65_535),
      height: z.int().min(1).max(65_535),
      /** A part of the picture is missing. */
      isDamaged: z.boolean(),
      bytes: z.instanceof(Uint8Array).refine((bytes) => bytes.length > 0 && bytes.length <= maxThumbBytes),
    }),
    reply: nothing,
  },
  /** Asks where, then writes a plain copy; never over another file. */
  'attachments:saveAs': { request: aMessage, reply: z.object({ outcome: z.enum(['saved', 'cancelled']) }) },
  /** Opens a plain copy in the system's program, where its kind cannot do harm. */
  'attachments:open': { request: aMessage, reply: nothing },
  /** Shows a plain copy in its folder. */
  'attachments:showInFolder': { request: aMessage, reply: nothing },
  /** Lets the person drag a plain copy out of the window. */
  'attachments:startDrag': { request: aMessage, reply: nothing },
  /** Ends an upload or a download. */
  'transfers:cancel': { request: aMessage, reply: nothing },
  /** Lets a file that waits go before the others that wait. */
  'transfers:sendFirst': { request: aMessage, reply: nothing },
} as const;

export const attachmentEvents = {
  'attachments:trayChanged': trayViewSchema,
  'transfers:progressed': z.array(transferViewSchema),
} as const;
