import { afterEach, describe, expect, test } from 'vitest';
import { appError } from '../../src-shared/kernel/app-error.ts';
import { err, ok } from '../../src-shared/kernel/result.ts';
import type { ProbeStep } from '../../src-shared/ipc/views.ts';
import type { Clock } from '../ports.ts';
import { createDialer } from './dialer.ts';
import { createProbe } from './probe.ts';
import { systemNetwork, type ProbeNetwork } from './probe-network.ts';
import { createFakeClock } from './testing/fake-clock.ts';
import { createFakeDial } from './testing/fake-dial.ts';
import { createFastClock } from './testing/fast-clock.ts';
import { closedPort, startHttp, startHttps, startTcp, startWebSocket } from './testing/loopback.ts';
import { startStubServer } from './testing/stub-server.ts';

const running: { readonly stop: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

async function run<T extends { readonly stop: () => Promise<void> }>(starting: Promise<T>): Promise<T> {
  const server = await starting;
  running.push(server);
  return server;
}

/** Probes with short times, and gives the outcome and the steps that ended, as `step outcome error`. */
async function probed(address: string, network: ProbeNetwork = systemNetwork, clock: Clock = createFastClock(8)) {
  const dialer = createDialer({ handshakeTimeoutMs: 400, dialTimeoutMs: 800 });
  const steps: ProbeStep[] = [];
  const result = await createProbe({ clock, dialer, network })(address, (step) => steps.push(step));
  const ended = steps.filter(({ outcome }) => outcome !== 'running');
  expect(steps.filter(({ outcome }) => outcome === 'running').map(({ step }) => step)).toEqual(
    ended.map(({ step }) => step),
  );
  return {
    result,
    steps,
    ended: ended.map(({ step, outcome, error }) => `${step} ${outcome}${error === null ? '' : ` ${error}`}`),
  };
}

describe('the probe', () => {
  test('goes all the way to a server of the protocol, and leaves nothing behind', async () => {
    const server = await run(startStubServer());
    const { result, ended, steps } = await probed(` 127.0.0.1:${server.port}/ `);
    expect(result).toEqual(ok({ serverUrl: server.url, isPlainPublic: false }));
    expect(ended).toEqual(['name passed', 'port passed', 'websocket passed', 'protocol passed']);
    expect(steps.find(({ step, outcome }) => step === 'port' && outcome === 'passed')?.detail).toBe(
      `127.0.0.1 ${server.port}`,
    );
    expect(server.received.map(({ kind }) => kind)).toEqual(['log-in-by-token']);
    await expect.poll(() => server.clients()).toEqual([]);
  });

  test('reads the address before anything is asked of the network', async () => {
    expect(await probed('http//nonsense here')).toMatchObject({ result: err({ code: 'address-invalid' }), ended: [] });
  });

  test('names a name that leads nowhere', async () => {
    const network = { ...systemNetwork, resolve: () => Promise.resolve(err(appError('name-not-found'))) };
    const { result, ended } = await probed('nowhere.invalid', network);
    expect(result).toEqual(err({ code: 'name-not-found' }));
    expect(ended).toEqual(['name failed name-not-found']);
  });

  test('names a closed port', async () => {
    const { result, ended } = await probed(`127.0.0.1:${await closedPort()}`);
    expect(result).toEqual(err({ code: 'connection-refused' }));
    expect(ended).toEqual(['name passed', 'port failed connection-refused']);
  });

  test('gives a port that does not answer five seconds', async () => {
    const clock = createFakeClock();
    let isAborted = false;
    const network: ProbeNetwork = {
      ...systemNetwork,
      resolve: () => Promise.resolve(ok('10.0.0.1')),
      connect: (_host, _port, signal) => {
        signal.addEventListener('abort', () => (isAborted = true));
        return new Promise(() => {});
      },
    };
    const outcome = probed('10.0.0.1:99', network, clock);
    await clock.advance(5_000);
    expect((await outcome).ended).toEqual(['name passed', 'port failed connection-silent']);
    expect(isAborted).toBe(true);
    expect(clock.pendingTimers()).toBe(0);
  });

  test('names a port that takes the connection and then says nothing', async () => {
    const server = await run(startTcp(() => {}));
    expect((await probed(`127.0.0.1:${server.port}`)).ended.at(-1)).toBe('websocket failed connection-silent');
    expect((await probed(`wss://127.0.0.1:${server.port}`)).ended.at(-1)).toBe('tls failed connection-silent');
  });

  test('names a port that hangs up', async () => {
    const server = await run(startTcp((socket) => socket.destroy()));
    expect((await probed(`127.0.0.1:${server.port}`)).ended.at(-1)).toBe('websocket failed not-websocket');
    expect((await probed(`wss://127.0.0.1:${server.port}`)).ended.at(-1)).toBe('tls failed tls-failed');
  });

  test('names a web server, a busy one, and a plain one that was asked for TLS', async () => {
    const web = await run(startHttp(200));
    const busy = await run(startHttp(503));
    expect((await probed(`http://127.0.0.1:${web.port}`)).ended.at(-1)).toBe('websocket failed not-websocket');
    expect((await probed(`127.0.0.1:${busy.port}`)).ended.at(-1)).toBe('websocket failed server-busy');
    expect((await probed(`wss://127.0.0.1:${web.port}`)).ended.at(-1)).toBe('tls failed tls-failed');
  });

  test('does not trust a certificate that nobody signed', async () => {
    const server = await run(startHttps());
    const { result, ended } = await probed(`https://127.0.0.1:${server.port}`);
    expect(result).toEqual(err({ code: 'tls-untrusted' }));
    expect(ended).toEqual(['name passed', 'port passed', 'tls failed tls-untrusted']);
  });

  test('names a WebSocket server that speaks something else, or nothing, or hangs up', async () => {
    const chatty = await run(startWebSocket((socket) => socket.send('{"jsonrpc":"2.0"}')));
    const closing = await run(startWebSocket((socket) => socket.on('message', () => socket.close(1002))));
    const echo = await run(startWebSocket((socket) => socket.on('message', (data) => socket.send(data))));
    for (const server of [chatty, closing, echo]) {
      const { result, ended } = await probed(`127.0.0.1:${server.port}`);
      expect(result).toEqual(err({ code: 'not-kith' }));
      expect(ended.at(-1)).toBe('protocol failed not-kith');
    }
  });

  test('knows a server that has no room now from one that is none', async () => {
    const full = await run(startWebSocket((socket) => socket.close(1013)));
    expect((await probed(`127.0.0.1:${full.port}`)).ended.at(-1)).toBe('protocol failed server-busy');
  });

  test('says when messages would cross a public network unencrypted', async () => {
    const fake = createFakeDial();
    const network = {
      ...systemNetwork,
      resolve: () => Promise.resolve(ok('93.184.216.34')),
      connect: () => Promise.resolve(ok('93.184.216.34')),
    };
    const clock = createFakeClock();
    const outcome = createProbe({ clock, dialer: fake.dial, network })('chat.example.org', () => {});
    await clock.advance(0);
    fake.last().open();
    await clock.advance(0);
    fake.last().say({ kind: 'log-in-failed', error: 'no' });
    expect(await outcome).toEqual(ok({ serverUrl: 'ws://chat.example.org', isPlainPublic: true }));
  });
});
