// npm run server -- --port 14514 --data ./data   builds if needed and runs Kith's server with these options
import path from 'node:path';
import { ensureBuilt } from './ensure-built.mjs';
import { root } from './places.mjs';
import { runInForeground } from './processes.mjs';
import { runTool } from './say.mjs';

await runTool(async () => {
  await ensureBuilt();
  return runInForeground(process.execPath, [path.join(root, 'dist/server/cli.mjs'), ...process.argv.slice(2)]);
});
