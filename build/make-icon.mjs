// node build/make-icon.mjs   draws icon.svg into icon.png (1024 px), from which electron-builder makes every other
// size and kind; Electron itself is the drawing program
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { _electron } from 'playwright';
import { openDesktop } from './desktop-session.mjs';
import { runTool } from './say.mjs';

const sizePx = 1024;

await runTool(async () => {
  const desktop = await openDesktop('private');
  const blankApp = fs.mkdtempSync(path.join(os.tmpdir(), 'kith-icon-'));
  try {
    const page = "new (require('electron').BrowserWindow)({ show: false }).loadURL('about:blank')";
    fs.writeFileSync(path.join(blankApp, 'index.js'), `require('electron').app.whenReady().then(() => ${page});`);
    fs.writeFileSync(path.join(blankApp, 'package.json'), '{ "name": "kith-icon", "main": "index.js" }');
    const { executable } = desktop.electron;
    const env = /** @type {Record<string, string>} */ (desktop.env);
    const app = await _electron.launch({ executablePath: executable, args: [blankApp], env });
    const svg = fs.readFileSync(path.join(import.meta.dirname, 'icon.svg'), 'utf8');
    const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
    // As text, for it runs in the page and not here.
    const draw = `(async () => {
      const image = new Image();
      image.src = ${JSON.stringify(source)};
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = ${sizePx};
      canvas.getContext('2d').drawImage(image, 0, 0, ${sizePx}, ${sizePx});
      return canvas.toDataURL('image/png');
    })()`;
    const window = await app.firstWindow();
    const picture = /** @type {string} */ (await window.evaluate(draw));
    await app.close();
    const png = Buffer.from(picture.slice(picture.indexOf(',') + 1), 'base64');
    fs.writeFileSync(path.join(import.meta.dirname, 'icon.png'), png);
    return 0;
  } finally {
    fs.rmSync(blankApp, { recursive: true, force: true });
    await desktop.close();
  }
});
