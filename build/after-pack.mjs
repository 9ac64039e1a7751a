import fs from 'node:fs';
import path from 'node:path';

/**
 * electron-builder's hook after the files of one app are in place: a runtime taken from a folder brings the app that
 * Electron shows when it has none, which has no business in a product.
 *
 * @param {import('electron-builder').AfterPackContext} context
 */
export default function afterPack({ appOutDir, packager }) {
  fs.rmSync(path.join(packager.getResourcesDir(appOutDir), 'default_app.asar'), { force: true });
}
