import { settle } from '../connection/testing/fake-clock.ts';
import { bytesOf } from '../connection/testing/file-source.ts';
import type { ScopeRig } from './scope-rig.ts';

export const large = bytesOf(1_000_000);

/** Stops every upload when so many bytes of it were taken, until it is let go on. */
export function holdUploadAt(rig: ScopeRig, heldBytes: number): () => Promise<void> {
  let letGo = (): void => {};
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  rig.link.onPiece = (_upload, doneBytes) => (doneBytes >= heldBytes ? gate : undefined);
  return async () => {
    rig.link.onPiece = () => {};
    letGo();
    await settle();
  };
}

/** Cuts the connection when an upload is so far, `times` times. */
export function cutUploadsAt(rig: ScopeRig, cutBytes: number, times: number, code?: number): void {
  let left = times;
  rig.link.onPiece = (_upload, doneBytes) => {
    if (doneBytes < cutBytes || left === 0) return;
    left -= 1;
    rig.link.lose(code);
  };
}

export async function comeBack(rig: ScopeRig): Promise<void> {
  await rig.ready();
  await rig.clock.advance(3_500);
}

/** `phase done/total` of each. */
export const transfers = (rig: ScopeRig): string[] =>
  rig
    .scope()
    .transfers.list()
    .map(({ phase, doneBytes, totalBytes }) => `${phase} ${doneBytes}/${totalBytes}`);
