import type { AppErrorCode } from '../../src-shared/kernel/app-error.ts';
import type { BlobFault } from '../files/blob-store.ts';
import type { HttpAnswer } from './http-get.ts';

export type FetchFault = {
  readonly code: AppErrorCode;
  /** It may go better in a while. */
  readonly isPassing: boolean;
  /** What is here of it can be gone on with. */
  readonly isPartKept: boolean;
};

export const lasting = (code: AppErrorCode): FetchFault => ({ code, isPassing: false, isPartKept: false });
export const passing = (code: AppErrorCode): FetchFault => ({ code, isPassing: true, isPartKept: true });
/** What is here may be what is wrong: once more, from the beginning. */
const anew = (code: AppErrorCode): FetchFault => ({ code, isPassing: true, isPartKept: false });

/** What a blob that could not be written means for a fetch from byte `start` on. */
export function faultOfDisk(fault: BlobFault, start: number): FetchFault {
  if (fault === 'wrong-hash') return start > 0 ? anew('file-damaged') : lasting('file-damaged');
  if (fault === 'disk-full' || fault === 'cancelled') return lasting(fault);
  return lasting(fault === 'too-large' ? 'file-too-large' : 'unexpected');
}

/** What is known of a file before it is fetched. */
export type Expected = { readonly sizeBytes: number | null; readonly maxBytes: number };

/**
 * Why this answer to a question for the bytes from `start` on is of no use, by its status and what it says of its
 * length; null where it is.
 */
export function faultOfAnswer(answer: HttpAnswer, start: number, expected: Expected): FetchFault | null {
  const { status } = answer;
  const encoding = answer.header('content-encoding') ?? 'identity';
  if (status !== 200 && (status !== 206 || start === 0)) return faultOfStatus(status);
  // A length of packed bytes says nothing, and unpacking them is a trap of its own.
  if (encoding !== 'identity') return lasting('invalid-reply');
  if (status === 206 && rangeOf(answer)?.start !== start) return anew('invalid-reply');
  const total = totalOfAnswer(answer, start);
  return total === null ? null : faultOfSize(total, expected, true);
}

/** What size this answer to a question for the bytes from `start` on says the whole file has; null where it does not. */
export function totalOfAnswer(answer: HttpAnswer, start: number): number | null {
  const length = Number(answer.header('content-length') ?? Number.NaN);
  // A server may give less at a time than it was asked for: the end of a part need not be the end of the file.
  const total = answer.status === 206 ? (rangeOf(answer)?.total ?? start + length) : length;
  return Number.isNaN(total) ? null : total;
}

function rangeOf(answer: HttpAnswer): { readonly start: number; readonly total: number | null } | null {
  const range = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(answer.header('content-range') ?? '');
  return range && { start: Number(range[1]), total: range[2] === '*' ? null : Number(range[2]) };
}

/**
 * Why so many bytes are wrong, or null.
 * @param isEnd there are no more of them.
 */
export function faultOfSize(bytes: number, { sizeBytes, maxBytes }: Expected, isEnd: boolean): FetchFault | null {
  if (bytes > maxBytes) return lasting('file-too-large');
  if (sizeBytes === null) return isEnd && bytes === 0 ? lasting('file-damaged') : null;
  return bytes > sizeBytes || (isEnd && bytes !== sizeBytes) ? lasting('file-damaged') : null;
}

function faultOfStatus(status: number): FetchFault {
  if (status === 404 || status === 410) return lasting('file-gone');
  if (status === 401 || status === 403) return lasting('rejected');
  if (status === 416) return anew('invalid-reply');
  return status === 408 || status === 429 || status >= 500 ? passing('server-busy') : lasting('invalid-reply');
}
