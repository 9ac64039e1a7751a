// npm run package   builds if needed and packages Kith for this system into release/
import fs from 'node:fs';
import path from 'node:path';
import { findElectron } from './electron-runtime.mjs';
import { ensureBuilt } from './ensure-built.mjs';
import { inPackages, root } from './places.mjs';
import { runQuietly } from './processes.mjs';
import { ToolError, runTool, say } from './say.mjs';

const release = path.join(root, 'release');

if (process.argv[1] === import.meta.filename) {
  await runTool(async () => {
    await ensureBuilt();
    const electron = await findElectron();
    if (electron.isFallback) {
      say('installer tools cannot be had where Electron cannot be downloaded: making the app and a tar.gz of it');
      await packageUnpacked(electron);
      await makeArchive();
    } else {
      await build(electron, []);
    }
    for (const name of fs.readdirSync(release).filter((entry) => !entry.startsWith('builder-'))) {
      say(`release/${name}`);
    }
    return 0;
  });
}

/**
 * Packages the app as it will be installed, without an installer.
 *
 * @param {import('./electron-runtime.mjs').ElectronRuntime} electron
 * @returns {Promise<string>} its folder
 */
export async function packageUnpacked(electron) {
  await build(electron, ['--dir']);
  const folder = fs.readdirSync(release).find((name) => /^(linux|win|mac).*unpacked$|^mac/.test(name));
  if (folder === undefined) throw new ToolError('electron-builder left no unpacked app in release/');
  return path.join(release, folder);
}

/**
 * @param {import('./electron-runtime.mjs').ElectronRuntime} electron
 * @param {string[]} targets
 */
async function build(electron, targets) {
  fs.rmSync(release, { recursive: true, force: true });
  const runtime = electron.isFallback
    ? [`--config.electronDist=${electron.dist}`, `--config.electronVersion=${electron.version}`]
    : [];
  const { code, output } = await runQuietly(process.execPath, [
    inPackages('electron-builder/cli.js'),
    ...targets,
    ...runtime,
    '--publish',
    'never',
  ]);
  if (code !== 0) throw new ToolError(`packaging failed\n${output.trim()}`);
}

async function makeArchive() {
  const manifest = /** @type {{ version: string }} */ (
    JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'))
  );
  const name = `kith-${manifest.version}-linux-x64`;
  // The fastest compression: the archive is for trying, and a better one takes minutes.
  const packing = ['-c', '-I', 'gzip -1', '-f', `${name}.tar.gz`, `--transform=s,^linux-unpacked,${name},`];
  const { code, output } = await runQuietly('tar', [...packing, 'linux-unpacked'], { cwd: release });
  if (code !== 0) throw new ToolError(`the archive could not be made\n${output.trim()}`);
}
