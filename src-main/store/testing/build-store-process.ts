import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';

const root = path.resolve(import.meta.dirname, '../../..');

/**
 * Builds the store's process as the app does, for tests that run the real one.
 * @returns the absolute path of the file, inside the project so that it finds libsql.
 */
export async function buildStoreProcess(): Promise<string> {
  const outDir = mkdtempSync(path.join(root, 'node_modules', '.kith-store-'));
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    resolve: { conditions: ['node', 'import', 'module', 'default'] },
    ssr: { noExternal: true },
    build: {
      ssr: path.join(root, 'src-main/store/process.ts'),
      outDir,
      target: 'node20',
      minify: false,
      rolldownOptions: {
        platform: 'node',
        external: [/^libsql/],
        output: { format: 'es', entryFileNames: 'process.mjs' },
      },
    },
  });
  return path.join(outDir, 'process.mjs');
}
