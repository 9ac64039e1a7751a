// node build/electron-types.mjs   checks what touches Electron against the oldest Electron it has to run on
import fs from 'node:fs';
import path from 'node:path';
import { withFileLock } from './file-lock.mjs';
import { fetchPinnedFile } from './npm-tarball.mjs';
import { cacheFolder, inPackages, root, scratchFolder } from './places.mjs';
import { runInForeground } from './processes.mjs';
import { runTool } from './say.mjs';

const pinned = {
  spec: 'electron@33.4.11',
  file: 'package/electron.d.ts',
  integrity: 'sha512-xmdAs5QWRkInC7TpXGNvzo/7exojubk+72jn1oJL7keNeIlw7xNglf8TGtJtkR4rWC5FJq0oXiIXPS9BcK2Irg==',
};
const kept = path.join(cacheFolder, 'electron-33.4.11.d.ts');

await runTool(async () => {
  await fetchTypes();
  const project = path.join(scratchFolder, 'tsconfig.electron-33.json');
  fs.mkdirSync(scratchFolder, { recursive: true });
  fs.writeFileSync(project, JSON.stringify(projectAgainst(kept), undefined, 2));
  return runInForeground(process.execPath, [inPackages('typescript/bin/tsc'), '-p', project]);
});

async function fetchTypes() {
  if (fs.existsSync(kept)) return;
  await withFileLock(`${kept}.lock`, async () => {
    if (fs.existsSync(kept)) return;
    const stage = fs.mkdtempSync(path.join(cacheFolder, 'electron-types-'));
    try {
      fs.renameSync(await fetchPinnedFile(pinned, stage), kept);
    } finally {
      fs.rmSync(stage, { recursive: true, force: true });
    }
  });
}

/** @param {string} types */
function projectAgainst(types) {
  return {
    extends: path.join(root, 'src-main/tsconfig.json'),
    compilerOptions: {
      paths: { electron: [types], 'electron/*': [types] },
      // The types are read from outside the project, so what they refer to has to be named.
      typeRoots: [inPackages('@types')],
    },
    include: [path.join(root, 'src-main/shell/**/*.ts'), path.join(root, 'src-main/preload/**/*.ts')],
  };
}
