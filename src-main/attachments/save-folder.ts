import path from 'node:path';
import { readIfExists, writeAtomic } from '../files/atomic-file.ts';
import type { Logger } from '../ports.ts';

/** Where a person last saved something; null: nowhere yet. */
export type SaveFolder = { readonly read: () => string | null; readonly keep: (dir: string) => Promise<void> };

const maxBytes = 64 * 1024;

/** Remembers it in a small file of the profile. Not worth a word where that does not work. */
export async function openSaveFolder(file: string, log: Logger): Promise<SaveFolder> {
  const bytes = await readIfExists(file, maxBytes).catch(() => null);
  const stored = bytes === null ? '' : new TextDecoder().decode(bytes);
  let dir = path.isAbsolute(stored) && !stored.includes('\0') ? stored : null;
  return {
    read: () => dir,
    keep: async (next) => {
      if (next === dir) return;
      dir = next;
      await writeAtomic(file, new TextEncoder().encode(next)).catch(() => log('save-folder-not-kept'));
    },
  };
}
