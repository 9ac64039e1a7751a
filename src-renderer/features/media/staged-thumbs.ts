import type { StagedId } from '../../../src-shared/kernel/ids.ts';
import type { Pictures } from './picture-work.ts';

/** As many as one tray sends; each is some 20 kB. */
const maxKept = 200;

/**
 * The small copy of a picture in a tray as WebP; null: it cannot be drawn, or by its turn nobody wanted it.
 * @param version another where the file on the disk is another.
 */
export type StagedThumbs = (
  stagedId: StagedId,
  version: string,
  isWanted: () => boolean,
) => Promise<Uint8Array<ArrayBuffer> | null>;

/** Has the small copies of pictures in trays made, and keeps them: rows come and go as a tray is scrolled. */
export function createStagedThumbs(pictures: Pick<Pictures, 'shrink'>): StagedThumbs {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  return async (stagedId, version, isWanted) => {
    const key = `${stagedId} ${version}`;
    const bytes = kept.get(key) ?? (await pictures.shrink(`app-media://staged/${stagedId}`, isWanted))?.bytes ?? null;
    if (bytes === null) return null;
    kept.delete(key);
    kept.set(key, bytes);
    const oldest = kept.size > maxKept ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    // Whoever decodes them gives them away.
    return bytes.slice();
  };
}
