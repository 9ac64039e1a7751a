import type { BlobId } from '../../../src-shared/kernel/ids.ts';
import { animationProbeBytes, looksAnimated } from './animation.ts';

/** Finds out which pictures move, each once, from their first bytes. What cannot be read does not. */
export function createAnimatedPictures(urlOf: (blobId: BlobId) => string): (blobId: BlobId) => Promise<boolean> {
  const known = new Map<BlobId, Promise<boolean>>();
  return (blobId) => {
    const answer = known.get(blobId) ?? probe(urlOf(blobId)).catch(() => false);
    known.set(blobId, answer);
    return answer;
  };
}

async function probe(url: string): Promise<boolean> {
  const response = await fetch(url, { headers: { Range: `bytes=0-${animationProbeBytes - 1}` } });
  return response.ok && looksAnimated(new Uint8Array(await response.arrayBuffer()));
}
