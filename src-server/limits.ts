const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;

/** Everything that bounds what others can make the server do (safety §5.8, T19–T21, T35). Sizes in bytes, times in ms. */
export type Limits = {
  /** One file or image, decoded. */
  readonly maxFileBytes: number;
  /** One text message, in UTF-8. */
  readonly maxTextBytes: number;
  /** An avatar, a `data:` image mostly: the client sends at most 32 KB, contact lists repeat it. */
  readonly maxAvatarBytes: number;
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  readonly maxAccounts: number;
  readonly maxContactsPerPerson: number;
  readonly maxTokensPerPerson: number;
  /** Files of one person, and of all. */
  readonly maxStoredBytesPerPerson: number;
  readonly maxStoredBytes: number;
  /** Requests of one person a second, and at once. Above, the server reads slower; nothing is lost. */
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
  readonly filesPerMinute: number;
  readonly fileBurst: number;
  readonly registrationsPerMinutePerAddress: number;
  /** From the open connection, and from each refused login, to the next attempt. */
  readonly loginDeadlineMs: number;
  readonly maxBytesBeforeLogin: number;
  readonly maxLoginsPerConnection: number;
  readonly pingEveryMs: number;
  readonly maxSilenceMs: number;
  /** Frames that are none, in a minute (safety R22). */
  readonly maxRejectsPerMinute: number;
  /** A receiver behind by more gets no pushes, and loads what it missed (safety R40). */
  readonly skipPushesAboveBytes: number;
  readonly terminateAboveBytes: number;
  /** A message that takes longer than ten seconds must come at this rate at least. */
  readonly minBytesPerSecond: number;
  /** Unfinished messages of all connections together, which are held in memory. */
  readonly maxUnfinishedBytes: number;
};

export const defaultLimits: Limits = {
  maxFileBytes: 100 * mebibyte,
  maxTextBytes: 64 * 1024,
  maxAvatarBytes: 64 * 1024,
  maxConnections: 5_000,
  maxConnectionsPerAddress: 20,
  maxAccounts: 10_000,
  maxContactsPerPerson: 5_000,
  maxTokensPerPerson: 32,
  maxStoredBytesPerPerson: gibibyte,
  maxStoredBytes: 20 * gibibyte,
  requestsPerSecond: 200,
  requestBurst: 2_000,
  filesPerMinute: 30,
  fileBurst: 60,
  registrationsPerMinutePerAddress: 60,
  loginDeadlineMs: 10_000,
  maxBytesBeforeLogin: 64 * 1024,
  maxLoginsPerConnection: 20,
  pingEveryMs: 20_000,
  maxSilenceMs: 40_000,
  maxRejectsPerMinute: 20,
  skipPushesAboveBytes: 8 * mebibyte,
  terminateAboveBytes: 32 * mebibyte,
  minBytesPerSecond: 1_024,
  maxUnfinishedBytes: 512 * mebibyte,
};
