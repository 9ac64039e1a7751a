import { parseUrl } from '../../src-shared/kernel/parse-url.ts';
import { parseArgs } from 'node:util';
import { parts, runConformance } from './run-conformance.ts';
import { connectWire, type Timing } from './wire-client.ts';

const help = `npm run conformance -- ws://host:port [options]

Checks any server against the protocol, by its socket only. It registers accounts of its own, which stay.

  --no-authorisation   the server lets people act for others: leaves the matrix of 312 cells out
  --no-idempotency     a repeated messageId may make a second message
  --no-pushes          nothing comes unasked but messages
  --only=PART          one of ${parts.join(', ')}; may be given more than once
  --matching=TEXT      only checks whose name has this in it
  --bail               end at the first failure
  --timeout-ms=N       for a reply that must come (5000)
  --grace-ms=N         to wait for something that must not come (60)

Ends with 0 where every check passed, with 1 where one failed, with 2 where there was
nothing to check.
`;

/** `npm run conformance -- ws://…`: a line per check and a sum. */
export async function run(args: string[]): Promise<number> {
  const parsed = parse(args);
  if (parsed === null) {
    console.error(help);
    return 2;
  }
  const { url, values } = parsed;
  const [timeoutMs, graceMs] = [Number(values['timeout-ms']), Number(values['grace-ms'])];
  const only = parts.filter((part) => values.only?.includes(part) ?? true);
  if (!/^wss?:/.test(url) || parseUrl(url) === null || !(timeoutMs > 0) || !(graceMs >= 0) || only.length === 0) {
    console.error(help);
    return 2;
  }
  const unreachable = await tryToReach(url, { timeoutMs, graceMs });
  if (unreachable !== null) {
    console.error(`no server at ${url}: ${unreachable}`);
    return 2;
  }
  const { passed, failed } = await runConformance({
    url,
    timeoutMs,
    graceMs,
    claims: { authorisation: values.authorisation, idempotency: values.idempotency, pushes: values.pushes },
    parts: only,
    matching: values.matching,
    bail: values.bail,
    print: (line) => console.log(line),
  });
  if (failed.length > 0) return 1;
  return passed > 0 ? 0 : 2;
}

/** Why nothing can be reached there, or null. */
async function tryToReach(url: string, timing: Timing): Promise<string | null> {
  try {
    const client = await connectWire(url, timing);
    await client.close();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function parse(args: string[]) {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      allowNegative: true,
      options: {
        authorisation: { type: 'boolean', default: true },
        idempotency: { type: 'boolean', default: true },
        pushes: { type: 'boolean', default: true },
        matching: { type: 'string', default: '' },
        bail: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
        'timeout-ms': { type: 'string', default: '5000' },
        'grace-ms': { type: 'string', default: '60' },
      },
    });
    const [url, ...more] = positionals;
    return url === undefined || more.length > 0 ? null : { url, values };
  } catch {
    return null;
  }
}
