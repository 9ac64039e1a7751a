import { app, BrowserWindow } from 'electron';
import path from 'node:path';

/** The least that an Electron program can do: one window with one line of text, shown when it has painted. */
void app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1_120, height: 760, show: false });
  window.once('ready-to-show', () => window.show());
  return window.loadFile(path.join(import.meta.dirname, 'bare-window.html'));
});
