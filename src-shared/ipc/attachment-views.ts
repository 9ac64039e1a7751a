import { z } from 'zod';
import { appErrorCodes } from '../kernel/app-error.ts';
import type { BlobId, StagedId } from '../kernel/ids.ts';
import { stagedProblems } from '../domain/attachment.ts';
import { rowIdSchema, userIdSchema } from './ids-schema.ts';

/** What the window is shown of files and images. It never sees a path, nor bytes but through `app-media:`. */

/** Bytes that are kept here, encrypted: `app-media://blob/<id>` shows them where they are an image. */
export const blobIdSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform((value) => value as BlobId);
export const stagedIdSchema = z.uuid().transform((value) => value as StagedId);

const pixels = z.int().min(1).nullable();

/** What there is to know about the bytes of a file or image message. */
export const attachmentViewSchema = z
  .object({
    /** The bytes as they are kept here; null: not here. */
    blobId: blobIdSchema.nullable(),
    /** A small WebP of an image. */
    thumbId: blobIdSchema.nullable(),
    /** Of an image as it is shown, after its own rotation; null: not known yet. */
    width: pixels,
    height: pixels,
    /** Of an image that is here, a part is missing: only what there is of it can be shown. */
    isDamaged: z.boolean(),
    /**
     * Where the bytes are to be had: `here` (no fetching needed), `server` (its own origin, or inside the message),
     * `foreign` (another host: fetched on a click only), `none` (nowhere: a bare name).
     */
    source: z.enum(['here', 'server', 'foreign', 'none']),
    /** The other host's name where the source is foreign, else "". */
    foreignHost: z.string(),
  })
  .readonly();
export type AttachmentView = z.infer<typeof attachmentViewSchema>;

/** A file that was dropped, pasted or picked, and waits in the tray. */
export const stagedViewSchema = z
  .object({
    stagedId: stagedIdSchema,
    /** Cleaned; as it will be sent. */
    name: z.string(),
    /** Null where it could not be found out. */
    sizeBytes: z.number().nullable(),
    /** `image`: its bytes are PNG, JPEG, GIF or WebP. */
    kind: z.enum(['file', 'image']),
    width: pixels,
    height: pixels,
    /** An image that is to be sent as a file. */
    isAsFile: z.boolean(),
    /** There is place or camera data in it. Of a `file`: there may be, and it is sent along. */
    hasMetadata: z.boolean(),
    /** "Original": that data is sent along. */
    keepsMetadata: z.boolean(),
    /** What is wrong with it; null: nothing. `isSendable` says whether it will be sent. */
    problem: z.enum(stagedProblems).nullable(),
  })
  .readonly();
export type StagedView = z.infer<typeof stagedViewSchema>;

/** The tray of one conversation, in the order in which it will be sent. */
export const trayViewSchema = z
  .object({
    peerId: userIdSchema,
    /** Larger is later: answers and events may overtake each other. */
    version: z.int(),
    staged: z.array(stagedViewSchema),
    /** What this server takes in one file. */
    maxFileBytes: z.number(),
    /** The one that is being copied, after Send was pressed. */
    preparing: z.object({ stagedId: stagedIdSchema, doneBytes: z.number() }).readonly().nullable(),
  })
  .readonly();
export type TrayView = z.infer<typeof trayViewSchema>;

/** Bytes of a file or image message on their way. Told at most four times a second for each. */
export const transferViewSchema = z
  .object({
    rowId: rowIdSchema,
    peerId: userIdSchema,
    direction: z.enum(['up', 'down']),
    /** `waiting`: behind others. `done` and `cancelled` are told once, then it is gone. `failed`: downloads only. */
    phase: z.enum(['waiting', 'running', 'done', 'cancelled', 'failed']),
    doneBytes: z.number(),
    totalBytes: z.number().nullable(),
    /** Over the last five seconds; null while that is not known. */
    bytesPerSecond: z.number().nullable(),
    error: z.enum(appErrorCodes).nullable(),
  })
  .readonly();
export type TransferView = z.infer<typeof transferViewSchema>;

/** One that a person is asked about, who need not have its message in view. */
export const namedTransferSchema = z.object({ name: z.string(), transfer: transferViewSchema }).readonly();
export type NamedTransfer = z.infer<typeof namedTransferSchema>;
