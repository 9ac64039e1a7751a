import { createHash } from 'node:crypto';
import type { AppErrorCode } from '../../src-shared/kernel/app-error.ts';
import type { RowId } from '../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import type { BlobFault, BlobStore, PartialBlob } from '../files/blob-store.ts';
import type { StoredBlob } from '../files/blob-writer.ts';
import type { Clock } from '../ports.ts';
import {
  faultOfAnswer,
  faultOfDisk,
  faultOfSize,
  lasting,
  passing,
  totalOfAnswer,
  type FetchFault,
} from './fetch-fault.ts';
import { redirectTarget } from './file-address.ts';
import type { HttpAnswer, HttpGet } from './http-get.ts';
import { watchStall, type StallWatch } from './watch-stall.ts';

export type FileToFetch = {
  /** Whose bytes these are: two rows of one file do not write into each other's part. */
  readonly rowId: RowId;
  readonly url: URL;
  /** On the server of this account: the token goes along, and no redirect is followed (safety T8). */
  readonly isOwn: boolean;
  /** A person wants it: then it may be slow. */
  readonly isAsked: boolean;
  /** As it was announced, or null. */
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
  /** Nothing larger is taken. */
  readonly maxBytes: number;
};

/**
 * Fetches a file into the blob store, from where it was cut off the last time. Size and hash are checked where they are
 * known; what is wrong leaves nothing behind. A transfer that stops is a `timeout`; `cancelled` where `signal` ended it.
 * @param onBytes how much of it is here.
 */
export type FetchFile = (
  file: FileToFetch,
  signal: AbortSignal,
  onBytes: (doneBytes: number) => void,
) => Promise<Result<StoredBlob, FetchFault>>;

/** Redirects of another host that are followed. */
const maxRedirects = 3;
const redirects = [301, 302, 303, 307, 308];

/** Who answers so will not answer better in a second. */
const unbelievable: readonly AppErrorCode[] = ['invalid-reply', 'tls-untrusted', 'tls-failed'];

type Fetching = {
  readonly file: FileToFetch;
  readonly name: string;
  readonly signal: AbortSignal;
  readonly stall: StallWatch;
  readonly onBytes: (doneBytes: number) => void;
  /** The token that goes along. */
  readonly token: string | null;
  part: PartialBlob;
  answer: HttpAnswer | null;
};

/** @param deps.token of the account, for its own server; null while there is none. */
export function createFetchFile(deps: {
  readonly get: HttpGet;
  readonly blobs: Pick<BlobStore, 'resume'>;
  readonly clock: Pick<Clock, 'setTimer'>;
  readonly token: () => string | null;
}): FetchFile {
  /** What the server calls the file of which a part is here: without it or a hash, parts could be of two files. */
  const tags = new Map<string, string>();

  /** The first answer that is not a redirect to be followed. */
  async function ask({ file, name, part, signal, token }: Fetching): ReturnType<HttpGet> {
    const tag = tags.get(name);
    const headers = {
      Accept: '*/*',
      'Accept-Encoding': 'identity',
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      ...(part.sizeBytes === 0 ? {} : { Range: `bytes=${part.sizeBytes}-` }),
      ...(part.sizeBytes === 0 || tag === undefined ? {} : { 'If-Range': tag }),
    };
    let { url } = file;
    for (let followed = 0; ; followed += 1) {
      const answer = await deps.get({ url, headers, signal });
      if (!answer.ok || file.isOwn || !redirects.includes(answer.value.status) || followed === maxRedirects)
        return answer;
      answer.value.close();
      const target = redirectTarget(url, answer.value.header('location') ?? '');
      if (target === null) return err<AppErrorCode>('invalid-reply');
      url = target;
    }
  }

  async function afresh(part: PartialBlob, name: string): Promise<Result<PartialBlob, BlobFault>> {
    await part.discard();
    tags.delete(name);
    return deps.blobs.resume(name);
  }

  /** What is here of this file; nothing yet where it could be of another one. */
  async function partOf(file: FileToFetch, name: string): Promise<Result<PartialBlob, BlobFault>> {
    const part = await deps.blobs.resume(name);
    if (!part.ok || part.value.sizeBytes === 0) return part;
    const isKnown = file.sha256 !== null || tags.has(name);
    return isKnown && part.value.sizeBytes <= (file.sizeBytes ?? Infinity) ? part : afresh(part.value, name);
  }

  async function takeRest(work: Fetching): Promise<FetchFault | null> {
    const start = work.part.sizeBytes;
    const asked = await ask(work);
    if (!asked.ok) return unbelievable.includes(asked.error) ? lasting(asked.error) : passing(asked.error);
    const answer = (work.answer = asked.value);
    const fault = faultOfAnswer(answer, start, work.file);
    // Each log-in may bring another token, which ends the one that went along.
    if (fault?.code === 'rejected' && work.token !== null && work.token !== deps.token()) return passing('rejected');
    if (fault !== null) return fault;
    if (answer.status === 200 && start > 0) {
      // The file is another one by now, or the server knows no parts.
      const again = await afresh(work.part, work.name);
      if (!again.ok) return faultOfDisk(again.error, 0);
      work.part = again.value;
    }
    const tag = answer.header('etag');
    if (tag === undefined || tag.startsWith('W/')) tags.delete(work.name);
    else tags.set(work.name, tag);
    return takeBody(work, answer);
  }

  async function takeBody(work: Fetching, answer: HttpAnswer): Promise<FetchFault | null> {
    const { part, stall, onBytes } = work;
    const sizeBytes = work.file.sizeBytes ?? totalOfAnswer(answer, part.sizeBytes);
    const file = { sizeBytes, maxBytes: work.file.maxBytes };
    onBytes(part.sizeBytes);
    try {
      for await (const bytes of answer.body) {
        const fault = faultOfSize(part.sizeBytes + bytes.length, file, false);
        if (fault !== null) return fault;
        const appended = await part.append(bytes);
        if (!appended.ok) return faultOfDisk(appended.error, part.sizeBytes);
        stall.note(bytes.length);
        onBytes(part.sizeBytes);
      }
    } catch {
      // The connection was cut, by the other side or by us.
      return passing('offline');
    }
    const isShortPart = answer.status === 206 && part.sizeBytes < (sizeBytes ?? 0);
    return isShortPart ? passing('server-busy') : faultOfSize(part.sizeBytes, file, true);
  }

  async function takeAll(work: Fetching): Promise<Result<StoredBlob, FetchFault>> {
    const { file } = work;
    const start = work.part.sizeBytes;
    // All of it may be here, if only the end was not noted any more.
    const fault = start > 0 && start === file.sizeBytes ? null : await takeRest(work);
    if (fault !== null) return err(fault);
    const stored = await work.part.finish(file.sha256 ?? undefined);
    return stored.ok ? stored : err(faultOfDisk(stored.error, start));
  }

  return async (file, cancelled, onBytes) => {
    const name = partName(file);
    const begun = await partOf(file, name);
    if (!begun.ok) return err(faultOfDisk(begun.error, 0));
    const stall = watchStall(deps.clock, file.isAsked);
    const signal = AbortSignal.any([cancelled, stall.signal]);
    const token = file.isOwn ? deps.token() : null;
    const work: Fetching = { file, name, signal, stall, onBytes, token, part: begun.value, answer: null };
    const startBytes = work.part.sizeBytes;
    const fetched = await takeAll(work);
    stall.stop();
    work.answer?.close();
    if (fetched.ok) {
      tags.delete(name);
      return ok(fetched.value);
    }
    const fault = stall.signal.aborted ? passing('timeout') : fetched.error;
    const hasProgressed = work.part.sizeBytes > startBytes;
    if (fault.isPartKept) await work.part.close();
    else {
      tags.delete(name);
      await work.part.discard();
    }
    if (cancelled.aborted) return err({ ...fault, code: 'cancelled', isPassing: false });
    // A link that leads nowhere is said to, at once; our own server is connected, and worth some patience.
    return err({ ...fault, isPassing: fault.isPassing && (file.isOwn || hasProgressed) });
  };
}

/** Rows are counted anew where a history was set aside: the name says which bytes were meant. */
function partName({ rowId, url, sha256 }: FileToFetch): string {
  return createHash('sha256')
    .update(JSON.stringify([rowId, url.href, sha256]))
    .digest('hex');
}
