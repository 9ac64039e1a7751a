import { app, dialog, nativeImage, shell, type BrowserWindow, type NativeImage } from 'electron';
import path from 'node:path';
import type { FileShell, Logger } from '../ports.ts';
import type { Labels } from './labels.ts';

type FileShellDeps = {
  readonly window: () => BrowserWindow | null;
  readonly words: () => Labels;
  readonly log: Logger;
};

/** A grey square, 16 pixels wide: what is dragged where the system has no picture for a file. */
const plainIcon = { width: 16, height: 16, bytes: 16 * 16 * 4, grey: 0x80 };

/** The system's own dialogs and programs for files: the only place that opens any (safety T6). */
export function createFileShell({ window, words, log }: FileShellDeps): FileShell {
  let isAsking = false;
  return {
    askSavePath: async (suggested) => {
      if (isAsking) return null;
      isAsking = true;
      try {
        const parent = window();
        const question = {
          title: words().saveTitle,
          defaultPath: suggested,
          // The system asks before a file is written over; others would be, without a word.
          properties: ['showOverwriteConfirmation' as const, 'createDirectory' as const],
        };
        const { canceled, filePath } = await (parent === null
          ? dialog.showSaveDialog(question)
          : dialog.showSaveDialog(parent, question));
        return canceled || !path.isAbsolute(filePath) ? null : path.normalize(filePath);
      } finally {
        isAsking = false;
      }
    },
    openPath: async (filePath) => {
      // The error quotes the path.
      const error = await shell.openPath(filePath);
      if (error !== '') log('file-not-opened');
      return error === '';
    },
    showInFolder: (filePath) => shell.showItemInFolder(filePath),
    startDrag: async (file) => {
      const icon = await iconOf(file);
      window()?.webContents.startDrag({ file, icon });
    },
    downloadsDir: () => app.getPath('downloads'),
  };
}

async function iconOf(filePath: string): Promise<NativeImage> {
  const icon = await app.getFileIcon(filePath, { size: 'normal' }).catch(() => null);
  if (icon !== null && !icon.isEmpty()) return icon;
  const { width, height, bytes, grey } = plainIcon;
  return nativeImage.createFromBitmap(Buffer.alloc(bytes, grey), { width, height });
}
