/** Limits of frames, with their arithmetic. What a person types is limited in domain/limits.ts. */

const mebibyte = 2 ** 20;

/**
 * What a client takes in one frame. Servers may inline files in a MESSAGES_LOADED (protocol reading, "Files and
 * images"): 64 MiB hold 480,000 rows of 140 bytes, or a 48 MiB file in base64 (safety T16).
 */
export const maxServerFrameBytes = 64 * mebibyte;
/** What our server takes in one frame: a 100 MB file is 133.4 MB of base64 and its envelope is below 1 MiB: 128.2 MiB. */
export const maxClientFrameBytes = 140 * mebibyte;
/** The documented frames nest 4 deep at most; beyond 32 recursion of others' code becomes a risk (safety F15). */
export const maxFrameDepth = 32;
/** Rows of one MESSAGES_LOADED: more of the smallest valid row (128 bytes) would not fit into a frame. */
export const maxMessageRows = 524_288;
/** Rows of one CONTACTS_LOADED: nobody knows that many people, and a list of them is still below 10 MB. */
export const maxContactRows = 50_000;
/**
 * Bad rows of one frame, or of the part of a long history that is read at once: each takes about 7 µs to turn down.
 * Beyond it the frame is refused. Bad rows that meant something, of 128 bytes, would not fit into what is read at once.
 */
export const maxDroppedRows = 1_000;
/** Bad rows of a whole history that is read in parts, with other work between them. */
export const maxDroppedRowsOfHistory = 20_000;
/** A name from a server is cut here, in UTF-16 units: four times what our own forms take. */
export const maxWireNameLength = 256;
/** An avatar from a server, in characters: 512 KB (safety T8). A longer one reads as none. */
export const maxAvatarLength = 512 * 1024;
/** A token: four times what common signed tokens need. A longer one is refused. */
export const maxTokenLength = 16 * 1024;
/** A frame's `type` as it is counted: the longest documented one has 23 characters. */
export const maxTypeLength = 40;
/** Any field of an upload but its content, as JSON: a name of 255 characters, escaped in full, takes 3 KB. */
export const maxUploadFieldBytes = 64 * 1024;
/** Slices of an upload: 140 MiB in lines of 76 characters, as mail has them, are 1.9 million. */
export const maxUploadSlices = 2 ** 21;
