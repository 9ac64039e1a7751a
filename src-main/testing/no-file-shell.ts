import path from 'node:path';
import type { FileShell } from '../ports.ts';

/** A system without dialogs or programs, for tests that open nothing. What is shown in a folder is written below `dir`. */
export function createNoFileShell(dir: string): FileShell {
  return {
    askSavePath: async () => null,
    openPath: async () => false,
    showInFolder: () => {},
    startDrag: async () => {},
    downloadsDir: () => path.join(dir, 'downloads'),
  };
}
