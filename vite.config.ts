import { builtinModules } from 'node:module';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type EnvironmentOptions } from 'vite';

const root = import.meta.dirname;
const inRoot = (relative: string): string => path.join(root, relative);

/** Programs that run in Node: everything is bundled but Electron, Node itself and what has native parts. */
function nodeProgram(outDir: string, input: Record<string, string>): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { noExternal: true, conditions: ['node', 'import', 'module', 'default'], mainFields: ['module', 'main'] },
    build: {
      outDir: inRoot(outDir),
      target: 'node20',
      sourcemap: true,
      minify: false,
      emptyOutDir: true,
      rolldownOptions: {
        input,
        platform: 'node',
        external: [/^electron(\/.*)?$/, /^node:/, ...builtinModules, /^libsql/],
        output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: 'chunk-[hash].mjs' },
      },
    },
  };
}

export default defineConfig({
  root: inRoot('src-renderer'),
  base: './',
  publicDir: inRoot('src-renderer/public'),
  plugins: [react()],
  build: {
    outDir: inRoot('dist/renderer'),
    emptyOutDir: true,
    target: 'chrome130',
    // The content policy takes no picture out of an address.
    assetsInlineLimit: 0,
    sourcemap: true,
    modulePreload: { polyfill: false },
  },
  environments: {
    main: nodeProgram('dist/main', { main: inRoot('src-main/shell/main.ts') }),
    store: nodeProgram('dist/store', { process: inRoot('src-main/store/process.ts') }),
    server: nodeProgram('dist/server', {
      cli: inRoot('src-server/cli.ts'),
      embedded: inRoot('src-server/embedded.ts'),
    }),
    preload: {
      consumer: 'server',
      resolve: { noExternal: true },
      build: {
        outDir: inRoot('dist/preload'),
        target: 'chrome130',
        sourcemap: 'inline',
        minify: false,
        emptyOutDir: true,
        rolldownOptions: {
          input: inRoot('src-main/preload/preload.ts'),
          platform: 'node',
          external: ['electron'],
          // A sandboxed preload must be one CommonJS file.
          output: { format: 'cjs', entryFileNames: 'preload.cjs', codeSplitting: false },
        },
      },
    },
  },
  builder: {
    async buildApp(builder) {
      await Promise.all(
        Object.values(builder.environments)
          .filter((environment) => environment.name !== 'ssr')
          .map((environment) => builder.build(environment)),
      );
    },
  },
});
