/** What is wrong with a file in the tray. Each is an i18n key `tray.problem.<problem>`. */
export const stagedProblems = [
  'empty',
  'too-large',
  'too-large-to-paste',
  'folder',
  'special',
  'vanished',
  'not-allowed',
  'sandboxed',
  'dead-link',
  'unreadable',
  'in-use',
  'not-answering',
  'changing',
  'changed',
  'disk-full',
  'too-many',
] as const;
export type StagedProblem = (typeof stagedProblems)[number];

/** Whether Send sends it: what was `changed` since the person saw it goes as soon as they have seen that. */
export const isSendable = (problem: StagedProblem | null): boolean => problem === null || problem === 'changed';

/** What one tray holds. Each above it is named as `too-many`. */
export const maxStagedFiles = 200;
/** Bytes that the window itself may hand over: a pasted image, or a text too long for a message. */
export const maxPastedBytes = 64 * 2 ** 20;
/** Of all such bytes that come with one request: main holds them until they are on disk. */
export const maxPastedBytesAtOnce = 4 * maxPastedBytes;
/**
 * What any server is thought to take that does not say it (see `file-limit.ts`): a common frame limit is 100 MiB, 74 MiB
 * of it without base64 (safety F10).
 */
export const otherServerFileBytes = 70_000_000;
