declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** A person on one server: an integer in 1…2^31−1. */
export type UserId = Branded<number, 'UserId'>;
/** The `messageId` / `id` of a message on the wire: an integer in 0…2^31−1. Only meaningful together with its sender. */
export type MessageId = Branded<number, 'MessageId'>;
/** The address of a server in normal form: `ws://host:port/path` or `wss://…`. */
export type ServerUrl = Branded<string, 'ServerUrl'>;
/** A row of the local store. */
export type RowId = Branded<number, 'RowId'>;
/** A UUID that names one thing the person did, so that doing it twice by accident does it once. */
export type CommandId = Branded<string, 'CommandId'>;
/** Bytes kept on this computer, named by a keyed hash of what they are: 64 hexadecimal digits. */
export type BlobId = Branded<string, 'BlobId'>;
/** A UUID that names one file in a tray. Used once: it becomes the command that sends it. */
export type StagedId = Branded<string, 'StagedId'>;

/** The largest `int` of the protocol (2^31−1): servers for it are written in C++ too. */
export const maxWireInt = 2 ** 31 - 1;

export const userId = (value: number): UserId => value as UserId;
export const messageId = (value: number): MessageId => value as MessageId;
export const serverUrl = (value: string): ServerUrl => value as ServerUrl;
export const rowId = (value: number): RowId => value as RowId;
export const commandId = (value: string): CommandId => value as CommandId;
export const blobId = (value: string): BlobId => value as BlobId;
export const stagedId = (value: string): StagedId => value as StagedId;
