import type { AddressInfo } from 'node:net';
import { createAccounts } from './accounts.ts';
import { ownHostNames, urlHost } from './addresses.ts';
import { createConnection, type Connection } from './connection.ts';
import { createContacts, type Contacts } from './contacts.ts';
import { openDataFolder, type DataFolder } from './data-folder.ts';
import { createFileRequests } from './file-requests.ts';
import { createFiles } from './files.ts';
import { createGroupCommit } from './group-commit.ts';
import { createHttp, type Http } from './http.ts';
import { createInboundGate } from './inbound-gate.ts';
import { createMessages } from './messages.ts';
import { completeOptions, type ServerOptions, type ServerSettings } from './options.ts';
import { createPasswords } from './passwords.ts';
import { createPeople } from './people.ts';
import type { Ports } from './ports.ts';
import { createPosting } from './posting.ts';
import { createPresence } from './presence.ts';
import { createRequests } from './requests.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { StartError, systemCode } from './start-error.ts';
import { createTokens } from './tokens.ts';

export type KithServer = {
  /**
   * Opens the data folder and listens. Resolves once clients can connect.
   * @throws StartError when the folder or the port cannot be had.
   */
  start(): Promise<{ readonly url: string; readonly port: number }>;
  /** Says goodbye to everybody (1001), and leaves a database that needs no repair. Stopping again does nothing. */
  stop(): Promise<void>;
};

/** Clients get this long to say goodbye too. */
const goodbyeMs = 1_000;

/** The reference server. It keeps everything in `settings.dataDir` and can be started once. */
export function createServer(settings: ServerSettings, ports: Ports): KithServer {
  const options = completeOptions(settings);
  let stopAll: (() => Promise<void>) | undefined;

  return {
    async start() {
      const folder = openDataFolder(options.dataDir);
      try {
        const running = await run(options, ports, folder);
        stopAll = () => running.stop();
        const port = await listen(running.http, options);
        ports.log('started', { port });
        return { url: `ws://${urlHost(options.host)}:${port}/`, port };
      } catch (error) {
        await stopAll?.();
        stopAll = undefined;
        folder.close();
        throw error;
      }
    },
    async stop() {
      const stop = stopAll;
      stopAll = undefined;
      if (stop === undefined) return;
      await stop();
      ports.log('stopped');
    },
  };
}

async function run(options: ServerOptions, ports: Ports, { db, filesDir, close: closeFolder }: DataFolder) {
  const { limits } = options;
  const { clock, log, randomBytes } = ports;
  const { nowMs } = clock;
  let isStopping = false;

  const people = createPeople(db);
  const tokens = createTokens({ db, randomBytes, nowMs, maxPerPerson: limits.maxTokensPerPerson });
  const passwords = createPasswords(options.passwordCost, randomBytes);
  const accounts = createAccounts({
    people,
    tokens,
    passwords,
    limits,
    registration: options.registration,
    nowMs,
    log,
  });
  const messages = createMessages(db, randomBytes);
  const files = createFiles({ db, dir: filesDir, limits, randomBytes });
  const commit = createGroupCommit(db);
  // Contacts know who is online, and who comes online is told to contacts: the circle is closed by these two lines.
  const presence = createPresence({
    contacts: (): Contacts => contacts,
    sessions: (): Sessions => sessions,
    isStopping: () => isStopping,
    clock,
  });
  const sessions = createSessions({ limits, nowMs, presenceChanged: (person) => presence.changed(person) });
  const contacts = createContacts({
    db,
    isOnline: (person) => sessions.isOnline(person),
    maxPerPerson: limits.maxContactsPerPerson,
  });
  const posting = createPosting({
    commit,
    messages,
    files,
    sessions,
    exists: (person) => people.exists(person),
    isStopping: () => isStopping,
    limits,
    nowMs,
    log,
  });
  const requests = createRequests({
    accounts,
    contacts,
    messages,
    posting,
    presence,
    sessions,
    tokens,
    settle: () => commit.flush(),
  });
  const gate = createInboundGate(limits.maxUnfinishedBytes);
  const connections = new Set<Connection>();
  let lastConnection = 0;

  await files.sweep();
  // A crash may have come between a clearing and the end of its wiping.
  for (const { low, high } of messages.clearedPairs()) posting.purgeCleared(low, high);

  const hostNames = ownHostNames(options.host, options.allowedHosts);
  const http = createHttp({
    limits,
    hostNames: () => hostNames,
    files: createFileRequests({ files, tokens, log }),
    log,
    connected(socket, stream, address) {
      lastConnection += 1;
      const id = lastConnection;
      const connection = createConnection({ id, socket, stream, address, limits, ports, requests, sessions, gate });
      connections.add(connection);
      socket.once('close', () => connections.delete(connection));
    },
  });
  const stopTicking = clock.every(1_000, () => {
    for (const connection of connections) connection.tick();
  });

  return {
    http,
    async stop() {
      stopTicking();
      isStopping = true;
      // What has been taken in is kept and acknowledged before the goodbye.
      commit.flush();
      for (const connection of connections) connection.goAway();
      await closed(http);
      commit.flush();
      closeFolder();
    },
  };
}

function listen({ server }: Http, { host, port }: ServerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const isTaken = systemCode(error) === 'EADDRINUSE';
      reject(new StartError(isTaken ? 'port-taken' : 'address-unavailable', error));
    });
    server.listen({ host, port, backlog: 1_024 }, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Stops listening and waits for the sockets to close, not longer than a moment. */
async function closed({ server, sockets }: Http): Promise<void> {
  const gone = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  const tooLong = setTimeout(() => {
    for (const socket of sockets.clients) socket.terminate();
  }, goodbyeMs);
  await gone;
  clearTimeout(tooLong);
}
