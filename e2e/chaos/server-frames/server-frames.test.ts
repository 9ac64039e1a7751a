import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createRandom } from '../../../src-shared/protocol/random.ts';
import { withPrograms } from '../programs.ts';
import { attack } from '../server-frames.ts';

/** The short form of `npm run chaos -- server-frames`. */
test('hostile frames leave the server alive, its database as it was and everybody else alone', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'kith-frames-'));
  try {
    await withPrograms(async ({ serverCommand }) => {
      const faults = await attack(serverCommand, dataDir, 2_000, createRandom(1), () => undefined);
      // How fast and how large is for the long run to say.
      expect(faults.filter((fault) => !/waited|grew/.test(fault))).toEqual([]);
    });
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 60_000);
