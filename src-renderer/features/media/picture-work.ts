import type { BlobId } from '../../../src-shared/kernel/ids.ts';

/** What the picture worker is asked. `shrink`: a small WebP; `to-png`: the picture itself, for the clipboard. */
export type PictureRequest = {
  readonly id: number;
  readonly job: 'shrink' | 'to-png';
  readonly url: string;
  /** What will probably be asked next: its bytes can come while this one is drawn. Null: nothing waits. */
  readonly nextUrl: string | null;
};
type MadePicture = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of the picture itself as it is shown, after its own rotation. */
  readonly width: number;
  readonly height: number;
  /** A part of the picture itself is missing. */
  readonly isDamaged: boolean;
};
export type PictureReply = { readonly id: number; readonly picture: MadePicture | null };

/** A worker that draws pictures. */
export type PictureWorker = {
  readonly ask: (request: PictureRequest) => void;
  readonly end: () => void;
};
/** `onFailed`: it does not answer any more. */
export type StartPictureWorker = (on: {
  readonly reply: (reply: PictureReply) => void;
  readonly failed: () => void;
}) => PictureWorker;

export type Pictures = {
  /**
   * A small copy, WebP; null: these bytes are no picture that can be drawn, or by the time of its turn nobody wanted it.
   */
  readonly shrink: (url: string, isWanted?: () => boolean) => Promise<MadePicture | null>;
  readonly toPng: (url: string) => Promise<MadePicture | null>;
  readonly dispose: () => void;
};

/** A worker that has nothing to do is memory for nothing. */
const idleMs = 10_000;
/** Fifty million pixels take about a second; what takes this long never ends. */
const patienceMs = 30_000;

type Job = {
  readonly request: Omit<PictureRequest, 'nextUrl'>;
  readonly isWanted: () => boolean;
  readonly resolve: (picture: MadePicture | null) => void;
};

/**
 * Makes pictures in a worker of its own, so that the page never waits for one, and one at a time: they are large, and a
 * decoder takes what processors there are. The worker lives while it is needed.
 */
export function createPictures(startWorker: StartPictureWorker): Pictures {
  const waiting: Job[] = [];
  let underWay: Job | null = null;
  let worker: PictureWorker | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastId = 0;

  const settle = (picture: MadePicture | null): void => {
    const job = underWay;
    underWay = null;
    job?.resolve(picture);
  };
  const end = (): void => {
    clearTimeout(timer);
    worker?.end();
    worker = null;
    settle(null);
  };
  /** Those that wait get a new worker. */
  const fail = (): void => {
    end();
    next();
  };
  const take = ({ id, picture }: PictureReply): void => {
    if (id !== underWay?.request.id) return;
    settle(picture);
    next();
  };
  const next = (): void => {
    if (underWay !== null) return;
    clearTimeout(timer);
    while (waiting[0]?.isWanted() === false) waiting.shift()?.resolve(null);
    underWay = waiting.shift() ?? null;
    if (underWay !== null) {
      worker ??= startWorker({ reply: take, failed: fail });
      worker.ask({ ...underWay.request, nextUrl: waiting[0]?.request.url ?? null });
      timer = setTimeout(fail, patienceMs);
    } else if (worker !== null) timer = setTimeout(end, idleMs);
  };
  const make = (job: PictureRequest['job'], url: string, isWanted = () => true): Promise<MadePicture | null> =>
    new Promise((resolve) => {
      lastId += 1;
      waiting.push({ request: { id: lastId, job, url }, isWanted, resolve });
      next();
    });
  return {
    shrink: (url, isWanted) => make('shrink', url, isWanted),
    toPng: (url) => make('to-png', url),
    dispose: () => {
      for (const job of waiting.splice(0)) job.resolve(null);
      end();
    },
  };
}

type ThumbsDeps = {
  readonly pictures: Pictures;
  readonly keep: (thumb: MadePicture & { readonly blobId: BlobId }) => Promise<{ readonly ok: boolean }>;
  readonly urlOf: (blobId: BlobId) => string;
};

/**
 * Has the small copies of pictures made and kept, each asked for once. One that could not be kept, on a full disk for
 * one, is made again when it is next wanted. One that could not be made is tried a second time: its bytes may have been
 * damaged and be here anew, or there was no memory for it.
 * @returns a function that resolves with whether there is anything of the picture to be shown.
 */
export function createThumbs({ pictures, keep, urlOf }: ThumbsDeps): (blobId: BlobId) => Promise<boolean> {
  const asked = new Map<BlobId, Promise<boolean>>();
  const failed = new Set<BlobId>();
  async function make(blobId: BlobId): Promise<boolean> {
    const thumb = await pictures.shrink(urlOf(blobId));
    const isDone = thumb === null ? failed.has(blobId) : (await keep({ blobId, ...thumb })).ok;
    if (thumb === null) failed.add(blobId);
    if (!isDone) asked.delete(blobId);
    return thumb !== null;
  }
  return (blobId) => {
    const making = asked.get(blobId) ?? make(blobId);
    asked.set(blobId, making);
    return making;
  };
}
