import { appError, type AppErrorCode } from '../../src-shared/kernel/app-error.ts';
import type { ServerUrl } from '../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import type { ProbeStep } from '../../src-shared/ipc/views.ts';
import { isPlainPublic, parseServerAddress } from '../../src-shared/protocol/server-url.ts';
import type { Clock } from '../ports.ts';
import { createDialer, type Dial } from './dialer.ts';
import { systemNetwork, type ProbeNetwork } from './probe-network.ts';
import { probeSocket } from './probe-socket.ts';
import { probeStepTimeoutMs } from './timings.ts';

export type Probe = (
  address: string,
  onStep: (step: ProbeStep) => void,
) => Promise<Result<{ readonly serverUrl: ServerUrl; readonly isPlainPublic: boolean }>>;

export type ProbeDeps = { readonly clock: Clock; readonly dialer?: Dial; readonly network?: ProbeNetwork };

/**
 * The connection doctor (experience, "connection doctor"): goes to a server step by step, tells each, and stops at
 * the first that fails, each with a code of its own. Nobody is logged in.
 */
export function createProbe({ clock, dialer = createDialer(), network = systemNetwork }: ProbeDeps): Probe {
  return async (address, onStep) => {
    const parsed = parseServerAddress(address);
    if (!parsed.ok) return err(appError(parsed.error));
    const { protocol, hostname, port: namedPort } = new URL(parsed.value);
    const isSecure = protocol === 'wss:';
    const host = hostname.replace(/^\[|\]$/g, '');
    const port = namedPort === '' ? (isSecure ? 443 : 80) : Number(namedPort);

    /** `action` gives the detail to show. */
    async function step(
      name: ProbeStep['step'],
      detail: string,
      action: () => Promise<Result<string>>,
    ): Promise<Result<string>> {
      const startedAtMs = clock.monotonicMs();
      const tell = (outcome: ProbeStep['outcome'], found: string, error: AppErrorCode | null): void => {
        const elapsedMs = Math.round(clock.monotonicMs() - startedAtMs);
        onStep({ step: name, outcome, detail: found, elapsedMs, error });
      };
      tell('running', detail, null);
      const result = await action();
      if (result.ok) tell('passed', result.value, null);
      else tell('failed', detail, result.error.code);
      return result;
    }

    async function within(
      code: AppErrorCode,
      action: (signal: AbortSignal) => Promise<Result<string>>,
    ): Promise<Result<string>> {
      const abort = new AbortController();
      let cancel = (): void => {};
      const timeout = new Promise<Result<string>>((resolve) => {
        cancel = clock.setTimer(probeStepTimeoutMs, () => resolve(err(appError(code))));
      });
      const result = await Promise.race([action(abort.signal), timeout]);
      cancel();
      abort.abort();
      return result;
    }

    const named = await step('name', host, () => within('name-not-found', () => network.resolve(host)));
    if (!named.ok) return named;
    const connected = await step('port', `${host} ${port}`, async () => {
      const taker = await within('connection-silent', (signal) => network.connect(host, port, signal));
      return taker.ok ? ok(`${taker.value} ${port}`) : taker;
    });
    if (!connected.ok) return connected;
    const secured = isSecure
      ? await step('tls', host, () => within('connection-silent', (signal) => network.secure(host, port, signal)))
      : ok('');
    if (!secured.ok) return secured;

    const socket = probeSocket(clock, dialer, parsed.value);
    const opened = await step('websocket', parsed.value, () => socket.opened);
    if (!opened.ok) return opened;
    const answered = await step('protocol', parsed.value, socket.askForProtocol);
    socket.close();
    return answered.ok ? ok({ serverUrl: parsed.value, isPlainPublic: isPlainPublic(parsed.value) }) : answered;
  };
}
