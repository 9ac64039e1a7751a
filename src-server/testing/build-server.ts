import { builtinModules } from 'node:module';
import path from 'node:path';
import { build } from 'vite';

/**
 * Builds the server's programs as `npm run build` does, for tests that need a process of its own to kill.
 * @param outDir must be inside the project, so that the native part is found from there.
 */
export async function buildServer(outDir: string): Promise<{ readonly cli: string; readonly embedded: string }> {
  const folder = path.dirname(import.meta.dirname);
  await build({
    configFile: false,
    logLevel: 'silent',
    root: folder,
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir,
      target: 'node20',
      minify: false,
      emptyOutDir: true,
      rolldownOptions: {
        input: { cli: path.join(folder, 'cli.ts'), embedded: path.join(folder, 'embedded.ts') },
        platform: 'node',
        external: [/^node:/, ...builtinModules, /^libsql/],
        output: { format: 'es', entryFileNames: '[name].mjs' },
      },
    },
  });
  return { cli: path.join(outDir, 'cli.mjs'), embedded: path.join(outDir, 'embedded.mjs') };
}
