import path from 'node:path';
import { readIfExists, writeAtomic } from '../files/atomic-file.ts';
import type { Logger } from '../ports.ts';

/** Where a person last saved something; null: nowhere yet. */
export type SaveFolder = {
  readonly read: () => Promise<string | null>;
  readonly keep: (dir: string) => Promise<void>;
};

const maxBytes = 64 * 1024;

/** Remembers it in a small file of the profile. Not worth a word where that does not work. */
export function createSaveFolder(file: string, log: Logger): SaveFolder {
  return {
    read: async () => {
      const bytes = await readIfExists(file, maxBytes).catch(() => null);
      const dir = bytes === null ? '' : new TextDecoder().decode(bytes);
      return path.isAbsolute(dir) && !dir.includes('\0') ? dir : null;
    },
    keep: (dir) => writeAtomic(file, new TextEncoder().encode(dir)).catch(() => log('save-folder-not-kept')),
  };
}
