import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildStoreProcess } from '../../src-main/store/testing/build-store-process.ts';
import { damageStores } from './damage.ts';
import { killWriter } from './kill-writer.ts';

/** The long runs, shortened; `npm run chaos` has the long ones. */

let program: string;
beforeAll(async () => {
  program = await buildStoreProcess();
}, 30_000);
afterAll(() => rmSync(path.dirname(program), { recursive: true }));

it('a store killed in the middle of writing has everything it acknowledged, once, in order', async () => {
  const outcome = await killWriter(program, 4, 20);
  expect(outcome).toMatchObject({ lost: 0, doubled: 0, outOfOrder: 0, unsound: 0 });
  expect(outcome.acknowledged).toBeGreaterThan(0);
}, 30_000);

it('a damaged database ends nothing, shows nothing that nobody wrote, and gives back what was not sent', async () => {
  const outcome = await damageStores(program, 9, 20);
  expect(outcome).toMatchObject({ dead: [], wrongVerdicts: [], forged: 0 });
  expect(outcome.survived).toBe(outcome.intact);
}, 30_000);
