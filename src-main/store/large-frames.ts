import { readHere, type LargeFrames } from '../connection/frame-reader.ts';
import { StoreFailure, type Logger, type Store } from '../ports.ts';

/**
 * Large frames are read in the store's process. Where there is none to be had they are read here after all, at the
 * price of a moment's standstill: who is connected can at least see what comes (safety R14).
 */
export function createLargeFrames(store: Pick<Store, 'decodeFrame' | 'releaseFrame'>, log: Logger): LargeFrames {
  return {
    decode: async (bytes) => {
      try {
        return await store.decodeFrame({ bytes });
      } catch (error) {
        if (!(error instanceof StoreFailure)) throw error;
        log('large-frame-read-here', { bytes: bytes.length });
        return readHere.decode(bytes);
      }
    },
    // A store that ended has let go of it already.
    release: (held) => void store.releaseFrame({ held }).catch(() => undefined),
  };
}
