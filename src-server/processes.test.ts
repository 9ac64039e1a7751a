import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Libsql from 'libsql';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect, loadMessages, logInAgain, register, settle, type Person } from './testing/client.ts';
import { buildServer } from './testing/build-server.ts';
import { startServer, stopServers, temporaryFolder } from './testing/running-server.ts';

const outDir = path.join(import.meta.dirname, '..', 'node_modules', '.cache', `kith-server-test-${process.pid}`);
let programs: { cli: string; embedded: string };
const children = new Set<ChildProcess>();

beforeAll(async () => {
  programs = await buildServer(outDir);
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  await stopServers();
});
afterAll(() => rmSync(outDir, { recursive: true, force: true }));

type Ended = { readonly code: number | null; readonly out: string; readonly err: string };
type Running = { readonly child: ChildProcess; readonly url: Promise<string>; readonly ended: Promise<Ended> };

function runCli(...args: string[]): Running {
  const child = spawn(process.execPath, [programs.cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let out = '';
  let err = '';
  const url = new Promise<string>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const match = /ws:\/\/\S+/.exec(out);
      if (match !== null) resolve(match[0]);
    });
  });
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }));
  return { child, url, ended };
}

describe('the command', () => {
  it('says where it listens, and stops cleanly on SIGTERM', async () => {
    const dataDir = temporaryFolder();
    const { child, url, ended } = runCli('--port', '0', '--data', dataDir);
    const ann = await register(await url, 'Canary-Name');
    ann.send('SEND_MESSAGE', { messageId: 1, senderId: ann.id, receiverId: ann.id, content: 'Canary-Text' });
    await settle(ann);
    child.kill('SIGTERM');
    expect(await ann.closed).toEqual({ code: 1001 });
    const { code, out, err } = await ended;
    expect([code, out]).toEqual([0, `Kith server is listening on ${await url}\n`]);
    expect(existsSync(path.join(dataDir, 'kith.db-wal'))).toBe(false);
    for (const secret of ['Canary', ann.token, 'correct horse', dataDir]) expect(err).not.toContain(secret);
  });

  it('explains what is wrong in one line and an exit code', async () => {
    const folder = temporaryFolder();
    const busy = await startServer({ dataDir: path.join(folder, 'busy') });
    mkdirSync(path.join(folder, 'damaged'));
    writeFileSync(path.join(folder, 'damaged', 'kith.db'), 'this is no database'.repeat(1_000));
    mkdirSync(path.join(folder, 'newer'));
    const newer = new Libsql(path.join(folder, 'newer', 'kith.db'));
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    writeFileSync(path.join(folder, 'file'), '');
    const run = async (...args: string[]) => {
      const { code, err } = await runCli(...args).ended;
      return { code, err: err.trimEnd() };
    };
    const [option, port, address, file, inUse, damaged, tooNew] = await Promise.all([
      run('--port', 'http'),
      run('--port', String(busy.port), '--data', path.join(folder, 'a')),
      run('--port', '0', '--host', '192.0.2.1', '--data', path.join(folder, 'b')),
      run('--port', '0', '--data', path.join(folder, 'file', 'data')),
      run('--port', '0', '--data', busy.dataDir),
      run('--port', '0', '--data', path.join(folder, 'damaged')),
      run('--port', '0', '--data', path.join(folder, 'newer')),
    ]);
    expect(option).toEqual({
      code: 2,
      err: expect.stringMatching(/^kith server: --port must be .*\(--help shows all options\)$/),
    });
    expect(port).toEqual({ code: 3, err: `kith server: port ${busy.port} on 127.0.0.1 is taken by another program` });
    expect(address).toEqual({ code: 3, err: 'kith server: cannot listen on 192.0.2.1 port 0' });
    expect(file).toEqual({
      code: 4,
      err: expect.stringMatching(/^kith server: cannot write to the data folder \S+data$/),
    });
    expect(inUse).toEqual({
      code: 4,
      err: expect.stringMatching(/^kith server: another server is using the data folder/),
    });
    expect(damaged).toEqual({ code: 5, err: expect.stringMatching(/^kith server: the database in .* is damaged/) });
    expect(tooNew).toEqual({ code: 5, err: expect.stringMatching(/^kith server: .* newer version of the server$/) });
  }, 15_000);

  it('shows its options', async () => {
    const { code, out } = await runCli('--help').ended;
    expect(code).toBe(0);
    expect(out).toMatch(/--max-file-mb NUMBER/);
  });
});

describe('killed in the middle of a burst', () => {
  it('it has everything that it acknowledged, once', async () => {
    const dataDir = temporaryFolder();
    const acknowledged = new Set<string>();
    let ann: Person | undefined;
    let next = 1;
    for (let round = 0; round < 5; round++) {
      const { child, url, ended } = runCli('--port', '0', '--data', dataDir);
      const person: Person =
        ann === undefined ? await register(await url, 'Ann') : await logInAgain(await url, ann, 'token');
      ann = person;
      const kept: { content: string }[] = await loadMessages(person, person.id);
      const contents = kept.map((row) => row.content);
      expect(contents).toEqual(expect.arrayContaining([...acknowledged]));
      expect(new Set(contents).size).toBe(contents.length);

      person.socket.on('message', (data: Buffer) => {
        const { type, payload } = JSON.parse(data.toString());
        if (type === 'MESSAGE_RECEIVED_SELF') acknowledged.add(`text ${payload.messageId}`);
      });
      const killAfter = acknowledged.size + 20 + round * 37;
      const envelope = { senderId: person.id, receiverId: person.id };
      const first = next;
      for (; next < first + 400; next++) {
        person.send('SEND_MESSAGE', { messageId: next, ...envelope, content: `text ${next}` });
      }
      await expect.poll(() => acknowledged.size >= killAfter, { interval: 1 }).toBe(true);
      child.kill('SIGKILL');
      await ended;
      await person.closed;
    }
  }, 20_000);
});

describe('the embedded server', () => {
  const startEmbedded = (): { child: ChildProcess; ask: (message: object) => Promise<Record<string, unknown>> } => {
    const child = fork(programs.embedded, { stdio: 'ignore' });
    children.add(child);
    const ask = async (message: object): Promise<Record<string, unknown>> => {
      const answer = once(child, 'message');
      child.send(message);
      const [content] = await answer;
      return content as Record<string, unknown>;
    };
    return { child, ask };
  };

  it('starts on the port it prefers, or on another, and stops when told', async () => {
    const busy = await startServer();
    const { child, ask } = startEmbedded();
    child.send({ kind: 'nonsense' });
    const start = { kind: 'start', host: '127.0.0.1', port: busy.port, dataDir: temporaryFolder() };
    const started = await ask(start);
    expect(started).toEqual({
      kind: 'started',
      url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/$/),
      port: expect.any(Number),
    });
    expect(started['port']).not.toBe(busy.port);
    await connect(String(started['url']));
    child.send({ kind: 'stop' });
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('says why it cannot start, and may be asked again', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'file'), '');
    const { ask } = startEmbedded();
    const start = { kind: 'start', host: '127.0.0.1', port: 0 };
    expect(await ask({ ...start, dataDir: path.join(folder, 'file', 'x') })).toEqual({
      kind: 'failed',
      reason: 'folder-not-writable',
    });
    expect(await ask({ ...start, dataDir: folder })).toMatchObject({ kind: 'started' });
  });

  it('ends with the program that started it', async () => {
    const { child, ask } = startEmbedded();
    await ask({ kind: 'start', host: '127.0.0.1', port: 0, dataDir: temporaryFolder() });
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
