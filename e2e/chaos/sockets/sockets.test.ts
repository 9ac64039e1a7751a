import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { buildStoreProcess } from '../../../src-main/store/testing/build-store-process.ts';
import { buildServer } from '../../../src-server/testing/build-server.ts';
import { createRandom } from '../../../src-shared/protocol/random.ts';
import { runChaos } from './chaos-run.ts';
import { swallowAcks } from './single-message.ts';
import { createOtherWorld, createOurWorld, type World } from './world.ts';

/** The short form of `npm run chaos -- sockets`. */

const outDir = path.resolve(import.meta.dirname, `../../../node_modules/.cache/kith-sockets-test-${process.pid}`);
let storeFile: string;
let serverFile: string;
let world: World | null = null;

beforeAll(async () => {
  storeFile = await buildStoreProcess();
  serverFile = (await buildServer(outDir)).embedded;
}, 60_000);
afterEach(() => world?.close());
afterAll(() => {
  rmSync(path.dirname(storeFile), { recursive: true, force: true });
  rmSync(outDir, { recursive: true, force: true });
});

const nothing = { lost: 0, duplicated: 0, falselySent: 0, pending: 0, disordered: 0, faults: [] };

describe('two programs whose lines and server fail by a schedule agree with the server in the end', () => {
  test('with ours', async () => {
    world = await createOurWorld(serverFile, mkdtempSync(path.join(tmpdir(), 'kith-chaos-server-')));
    const { verdict, steps } = await runChaos({ world, storeFile, seed: 100, messages: 60 });
    expect(verdict, steps.join('\n')).toEqual(nothing);
  }, 60_000);

  test('with one of another make', async () => {
    const moods = createRandom(103);
    world = await createOtherWorld(() => moods.below(2 ** 30) / 2 ** 30);
    const { verdict, steps } = await runChaos({ world, storeFile, seed: 103, messages: 60 });
    expect(verdict, steps.join('\n')).toEqual(nothing);
  }, 60_000);
});

test('messages whose acks are swallowed are sent once and never shown as failed', async () => {
  world = await createOtherWorld(() => 0.99);
  const { verdict } = await swallowAcks({ world, storeFile, name: 'ann', runs: 4 });
  expect(verdict).toEqual(nothing);
}, 60_000);
