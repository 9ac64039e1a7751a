import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNodePorts } from '../../src-server/node-ports.ts';
import { createServer, type KithServer } from '../../src-server/server.ts';
import { startMutantProxy } from './mutant-proxy.ts';
import { mutants, type Rules } from './mutants.ts';
import { parts, runConformance, type ConformanceReport, type Part } from './run-conformance.ts';

let dataDir = '';
let server: KithServer | undefined;
let url = '';

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'kith-conformance-'));
  server = createServer(
    {
      dataDir,
      port: 0,
      // The kit logs in some two hundred times: not at the price that passwords have in earnest.
      passwordCost: { N: 2 ** 10, r: 8, p: 1 },
      limits: { registrationsPerMinutePerAddress: 1_000, maxConnectionsPerAddress: 50 },
    },
    createNodePorts(() => undefined),
  );
  ({ url } = await server.start());
});

afterAll(async () => {
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const claims = { authorisation: true, idempotency: true, pushes: true };

/** The loopback and one process: what does not come in a few milliseconds does not come. */
const check = (at: string, only: readonly Part[], matching = '', bail = false): Promise<ConformanceReport> =>
  runConformance({
    url: at,
    timeoutMs: 1_000,
    graceMs: 10,
    claims,
    parts: only,
    print: () => undefined,
    matching,
    bail,
  });

async function checkMutant(rules: Rules, only: readonly Part[], matching?: string): Promise<ConformanceReport> {
  const proxy = await startMutantProxy(url, rules);
  try {
    return await check(proxy.url, only, matching, true);
  } finally {
    await proxy.close();
  }
}

describe('the conformance kit', () => {
  test('finds nothing wrong with our server, in all its checks and the 312 cells', async () => {
    const { passed, failed } = await check(url, parts);
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(312 + 60);
  }, 120_000);

  test('finds nothing wrong with a proxy that changes nothing', async () => {
    const { failed } = await checkMutant({}, ['account', 'contacts', 'messages', 'files', 'robustness']);
    expect(failed).toEqual([]);
  }, 60_000);

  test.each(mutants)(
    'finds a server that $name',
    async ({ part, matching, createRules }) => {
      const { failed } = await checkMutant(createRules(), [part], matching);
      expect(failed).not.toEqual([]);
    },
    60_000,
  );

  test.each(mutants.flatMap(({ matching }) => matching ?? []))(
    'finds nothing wrong with our server in %s',
    async (matching) => {
      const { passed, failed } = await check(url, ['authorisation'], matching);
      expect(failed).toEqual([]);
      expect(passed).toBeGreaterThan(0);
    },
  );
});
