import { writeAtomic } from './atomic-file.ts';

export type KeptFile = {
  /**
   * Makes this what the file holds. What it holds already is not written again, since each write waits for the disk.
   * @throws the file system's error; then the same text is tried again when it is asked for again.
   */
  readonly keep: (text: string) => Promise<void>;
};

/**
 * A small file of ours that is replaced as a whole.
 * @param filePath absolute path, only ever written by this.
 * @param held what is in it now, or is as good as being in it; null: something else.
 */
export function createKeptFile(filePath: string, held: string | null): KeptFile {
  let last = held === null ? null : { text: held, written: Promise.resolve() };
  return {
    keep: (text) => {
      if (last?.text === text) return last.written;
      const written = writeAtomic(filePath, new TextEncoder().encode(text));
      const mine = { text, written };
      last = mine;
      written.catch(() => {
        if (last === mine) last = null;
      });
      return written;
    },
  };
}
