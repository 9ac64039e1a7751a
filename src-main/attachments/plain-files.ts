import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { sanitizeFileName } from '../../src-shared/domain/file-name.ts';
import { appError, type AppError } from '../../src-shared/kernel/app-error.ts';
import type { BlobId } from '../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import { fileKindOf } from '../../src-shared/media/file-kind.ts';
import { sniffedBytes } from '../../src-shared/media/sniff.ts';
import { isDiskFull } from '../files/atomic-file.ts';
import { BlobDamaged } from '../files/blob-reader.ts';
import type { FileShell, Logger, Random } from '../ports.ts';
import { isSameContent } from './same-content.ts';
import type { SaveFolder } from './save-folder.ts';
import { writePlainCopy } from './plain-copy.ts';

/** The bytes of a message, here and readable. */
export type PlainSource = {
  readonly blobId: BlobId;
  readonly sizeBytes: number;
  readonly read: (range?: { readonly start: number; readonly end: number }) => AsyncIterable<Uint8Array>;
};
/** A file of a message: its name, and the way to its bytes, which may have to be fetched first. */
export type PlainFile = { readonly name: string; readonly fetch: () => Promise<Result<PlainSource>> };

/** Files as other programs see them: plain copies, outside of our folders or in one that is emptied (safety T4–T7). */
export type PlainFiles = {
  /** Asks where first, then fetches. Never over another file but one that the person was asked about. */
  readonly saveAs: (file: PlainFile) => Promise<Result<'saved' | 'cancelled'>>;
  /** Only what its name and its bytes both say is of a kind that cannot do harm; else `file-not-openable`. */
  readonly open: (file: PlainFile) => Promise<Result<void>>;
  /** A copy among the downloads, one for each file however often it is asked for. */
  readonly showInFolder: (file: PlainFile) => Promise<Result<void>>;
  readonly startDrag: (file: PlainFile) => Promise<Result<void>>;
  /** Empties the folder of what was opened. At the start too: a crash may have left something. */
  readonly clear: () => Promise<void>;
};

type PlainFilesDeps = {
  readonly shell: FileShell;
  /** Only ours, for what is opened and dragged. */
  readonly openedDir: string;
  readonly saveFolder: SaveFolder;
  readonly mark: (filePath: string) => Promise<void>;
  readonly random: Pick<Random, 'uuid'>;
  readonly log: Logger;
};

/** What other programs get to read, and never to write: what they change would be lost. */
const readOnly = 0o400;
const ordinary = 0o666;

/** Makes plain copies for the person's other programs. */
export function createPlainFiles({ shell, openedDir, saveFolder, mark, random, log }: PlainFilesDeps): PlainFiles {
  const uuid = random.uuid;
  /** Copies by what they hold and how they are called; a second press while one is written waits for it. */
  const opened = new Map<string, Promise<string>>();
  let clearing: Promise<void> = Promise.resolve();
  const shown = new Map<string, Promise<string>>();
  const keyOf = ({ name }: PlainFile, { blobId }: PlainSource): string => `${blobId} ${name}`;

  async function withSource(
    file: PlainFile,
    work: (source: PlainSource, name: string) => Promise<Result<void>>,
  ): Promise<Result<void>> {
    const source = await file.fetch();
    if (!source.ok) return source;
    try {
      return await work(source.value, sanitizeFileName(file.name));
    } catch (error) {
      return err(faultOf(error, log));
    }
  }

  /** A copy that is there already, where it is still whole, else a new one. */
  async function copyOnce(
    copies: Map<string, Promise<string>>,
    key: string,
    source: PlainSource,
    write: () => Promise<string>,
  ): Promise<string> {
    const known = copies.get(key);
    if (known !== undefined) {
      const filePath = await known.catch(() => null);
      if (filePath !== null && (await sizeOf(filePath)) === source.sizeBytes) return filePath;
    }
    const writing = write();
    copies.set(key, writing);
    return writing;
  }
  /** In a folder of its own, so that it has its true name. */
  const copyForOpening = (file: PlainFile, source: PlainSource, name: string): Promise<string> =>
    copyOnce(opened, keyOf(file, source), source, async () => {
      await clearing;
      await mkdir(openedDir, { recursive: true, mode: 0o700 });
      const dir = path.join(openedDir, uuid());
      return writePlainCopy({ source: source.read(), dir, name, mayReplace: false, mode: readOnly, mark, uuid });
    });
  const copyForShowing = (file: PlainFile, source: PlainSource, name: string): Promise<string> =>
    copyOnce(shown, keyOf(file, source), source, async () => {
      const dir = shell.downloadsDir();
      const earlier = path.join(dir, name);
      if (await isSameContent(earlier, source)) return earlier;
      return writePlainCopy({ source: source.read(), dir, name, mayReplace: false, mode: ordinary, mark, uuid });
    });

  return {
    saveAs: async (file) => {
      const suggested = path.join((await saveFolder.read()) ?? shell.downloadsDir(), sanitizeFileName(file.name));
      const chosen = await shell.askSavePath(suggested);
      if (chosen === null) return ok('cancelled');
      // A file that comes there later is not the one that the system asked about.
      const mayReplace = (await sizeOf(chosen)) !== null;
      const { dir, base: name } = path.parse(chosen);
      const saved = await withSource(file, async (source) => {
        await writePlainCopy({ source: source.read(), dir, name, mayReplace, mode: ordinary, mark, uuid });
        await saveFolder.keep(dir);
        return ok(undefined);
      });
      return saved.ok ? ok('saved') : saved;
    },
    open: (file) =>
      withSource(file, async (source, name) => {
        const firstBytes = await readAll(source.read({ start: 0, end: sniffedBytes }));
        if (!fileKindOf(name, firstBytes).mayOpen) return err(appError('file-not-openable'));
        const isOpened = await shell.openPath(await copyForOpening(file, source, name));
        return isOpened ? ok(undefined) : err(appError('file-not-openable'));
      }),
    showInFolder: (file) =>
      withSource(file, async (source, name) => {
        shell.showInFolder(await copyForShowing(file, source, name));
        return ok(undefined);
      }),
    startDrag: (file) =>
      withSource(file, async (source, name) => {
        await shell.startDrag(await copyForOpening(file, source, name));
        return ok(undefined);
      }),
    clear: () => {
      opened.clear();
      clearing = rm(openedDir, { recursive: true, force: true }).catch(() => log('opened-not-cleared'));
      return clearing;
    },
  };
}

/** Bytes of a file; null where there is none. */
async function sizeOf(filePath: string): Promise<number | null> {
  const found = await stat(filePath).catch(() => null);
  return found?.isFile() === true ? found.size : null;
}

async function readAll(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return new Uint8Array(Buffer.concat(all));
}

function faultOf(error: unknown, log: Logger): AppError {
  if (error instanceof BlobDamaged) return appError('file-damaged');
  if (isDiskFull(error)) return appError('disk-full');
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  log('plain-copy-failed', { code });
  return appError(
    /^(?:EACCES|EPERM|EROFS|ENOENT|ENOTDIR|EINVAL|ENAMETOOLONG)$/.test(code) ? 'folder-not-writable' : 'unexpected',
  );
}
