import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildStoreProcess } from '../../src-main/store/testing/build-store-process.ts';
import { buildServer } from '../../src-server/testing/build-server.ts';

/** The built files that are run in processes of their own. */
export type Programs = {
  readonly storeFile: string;
  /** The embedded server, and the one that is a command. */
  readonly serverFile: string;
  readonly serverCommand: string;
};

/** Builds them for this piece of work and removes them afterwards. */
export async function withPrograms<T>(work: (programs: Programs) => Promise<T>): Promise<T> {
  // Inside the project, so that what is native is found from there.
  const outDir = mkdtempSync(path.resolve(import.meta.dirname, '../../node_modules/.kith-chaos-'));
  const storeFile = await buildStoreProcess();
  try {
    const { embedded, cli } = await buildServer(outDir);
    return await work({ storeFile, serverFile: embedded, serverCommand: cli });
  } finally {
    rmSync(path.dirname(storeFile), { recursive: true, force: true });
    rmSync(outDir, { recursive: true, force: true });
  }
}
