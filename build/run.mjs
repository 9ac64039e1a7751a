// node build/run.mjs file.ts …   runs a TypeScript program: its module exports
// `run(args: string[]): Promise<number>`, which answers the exit code
import path from 'node:path';
import { runnerImport } from 'vite';
import { root } from './places.mjs';
import { ToolError, runTool } from './say.mjs';

process.setSourceMapsEnabled(true);
await runTool(async () => {
  const [file, ...programArguments] = process.argv.slice(2);
  if (file === undefined) throw new ToolError('usage: node build/run.mjs file.ts …');
  const { module } = await runnerImport(path.resolve(file), { root, configFile: false, logLevel: 'warn' });
  const { run } = /** @type {{ run?: unknown }} */ (module);
  if (typeof run !== 'function') throw new ToolError(`${file} exports no function run(args)`);
  return Number(await run(programArguments));
});
