import {
  cells,
  expectationOf,
  payloadOf,
  successOf,
  type Cell,
  type State,
  type Subjects,
} from './authorisation-cells.ts';
import {
  addContact,
  ask,
  contactsOf,
  historyOf,
  newMessageId,
  newText,
  received,
  sendText,
  type Check,
  type Kit,
  type Person,
} from './kit.ts';
import { loggedInShape, must, mustEqual, mustSucceed } from './shapes.ts';
import type { WireClient, WireFrame } from './wire-client.ts';

/** Servers close what does not log in; a connection older than this is not trusted to be read any more. */
const maxAgeMs = 4_000;

/** Everything the matrix needs, made once: three people with a history and contacts, and connections to try from. */
type World = Subjects & {
  readonly witnesses: readonly Person[];
  /** The accounts of `self` and `other`, which no cell changes. */
  readonly accounts: unknown;
  /** What all of them see; null where a cell has changed that. */
  seen: string | null;
  /** A connection in this state that the server has not closed. */
  readonly attacker: (state: State) => Promise<WireClient>;
  readonly giveUp: (state: State) => Promise<void>;
};

/** The 312 cells of safety T22, one check each, and what was left of them at the end. */
export function createAuthorisationChecks(): readonly Check[] {
  let world: Promise<World> | undefined;
  const worldOf = (kit: Kit): Promise<World> => (world ??= createWorld(kit));
  const checks = cells.map((cell): Check => ({
    name: `${cell.verb}, id ${cell.id}, ${cell.state}: ${expectationOf(cell)}`,
    claim: 'authorisation',
    run: async (kit) => runCell(kit, await worldOf(kit), cell),
  }));
  const afterwards: Check = {
    name: 'after all of it everybody can still log in with their own password',
    claim: 'authorisation',
    async run(kit) {
      const { self, other } = await worldOf(kit);
      for (const { id, name, password } of [self, other]) {
        const reply = await ask(await kit.connect(), 'LOGIN', { username: name, password }, 'LOGIN_SUCCESS');
        mustEqual(mustSucceed(reply, loggedInShape)['userId'], id, 'the userId');
      }
    },
  };
  return [...checks, afterwards];
}

async function createWorld(kit: Kit): Promise<World> {
  const [self, other, third] = [await kit.newPerson(), await kit.newPerson(), await kit.newPerson()];
  for (const { client } of [self, other, third]) kit.keep(client);
  await addContact(self, other);
  await addContact(other, self);
  await addContact(third, other);
  const own = newText();
  await sendText(self, third, newText());
  await sendText(other, self, own);
  const ownMessageId = Number((await received(self.client, own))['id']);
  const between = newText();
  await sendText(other, third, between);
  const otherMessageId = Number((await received(third.client, between))['id']);

  // What came unasked of all this is no effect of any cell.
  await quiet([self, other, third]);

  const attackers = new Map<State, { readonly client: WireClient; readonly sinceMs: number }>();
  const open = async (state: State): Promise<WireClient> => {
    const client = await kit.connect();
    if (state === 'no login') return client;
    // A login of its own: logging this token out must not log the witness out.
    await ask(client, 'LOGIN', { username: self.name, password: self.password }, 'LOGIN_SUCCESS');
    if (state === 'after LOGOUT') await ask(client, 'LOGOUT', { userId: self.id }, 'LOGOUT_SUCCESS');
    return client;
  };
  return {
    self,
    other,
    third,
    ownMessageId,
    otherMessageId,
    witnesses: [self, other, third],
    accounts: await accountsOf(kit, { self, other }),
    seen: null,
    async attacker(state) {
      const known = attackers.get(state);
      const isFresh = state === 'logged in' || Date.now() - (known?.sinceMs ?? 0) < maxAgeMs;
      if (known?.client.isOpen() === true && isFresh) return known.client;
      await known?.client.close();
      const client = await open(state);
      kit.keep(client);
      attackers.set(state, { client, sinceMs: Date.now() });
      return client;
    },
    async giveUp(state) {
      await attackers.get(state)?.client.close();
      attackers.delete(state);
    },
  };
}

async function runCell(kit: Kit, world: World, cell: Cell): Promise<void> {
  const client = await world.attacker(cell.state);
  const before = world.seen ?? (await look(world));
  world.seen = null;
  client.drain();
  client.send(cell.verb, payloadOf(cell, world, newMessageId()));
  const expectation = expectationOf(cell);
  try {
    if (expectation === 'success') return await mustWork(world, cell, client);
    await client.settle();
    const claims = client.drain().filter((frame) => saysDone(cell, frame));
    if (expectation === 'no effect') mustEqual(claims, [], 'the reply');
    const after = await look(world);
    mustEqual(after, before, 'what everybody sees afterwards');
    if (/^LOG|PROFILE/.test(cell.verb))
      mustEqual(await accountsOf(kit, world), world.accounts, 'what the accounts are');
    world.seen = after;
  } finally {
    // What logged in or out is in another state now.
    if (expectation !== 'no effect' && cell.verb.startsWith('LOG')) await world.giveUp(cell.state);
  }
}

/** A request that is the connection's own must succeed; what it changed is put back. */
async function mustWork(
  { self, third, witnesses, ownMessageId }: World,
  { verb }: Cell,
  client: WireClient,
): Promise<void> {
  const success = successOf[verb];
  if (success !== null) {
    const reply = await client.next(success, ({ type }) => type === success);
    must(!JSON.stringify(reply.payload).includes('"error"'), `${success} carries an error`);
  }
  await client.settle();
  const me = witnesses[0]!;
  if (verb === 'MARK_READ') {
    const row = (await historyOf(witnesses[1]!, self)).find(({ id }) => id === ownMessageId);
    mustEqual(row?.['status'], 'read', 'the state of the message');
  }
  if (verb === 'DELETE_CONTACT') await addContact(me, witnesses[1]!);
  if (verb === 'CLEAR_MESSAGES') mustEqual(await historyOf(me, third), [], 'the history');
  await quiet(witnesses);
}

async function quiet(people: readonly Person[]): Promise<void> {
  for (const { client } of people) {
    await client.settle();
    client.drain();
  }
}

const saysDone = ({ verb }: Cell, { type, payload }: WireFrame): boolean =>
  type === successOf[verb] && !(type === 'PROFILE_UPDATED_SUCCESS' && JSON.stringify(payload).includes('"error"'));

/**
 * What everybody sees of contacts and histories, and what was pushed to them since the last look. A server that logged
 * somebody out by mistake cannot answer here.
 */
async function look({ witnesses }: Pick<World, 'witnesses'>): Promise<string> {
  const views = await Promise.all(
    witnesses.map(async (witness) => {
      const unasked = witness.client.drain().filter(({ type }) => type !== 'CONTACTS_LOADED');
      const contacts = (await contactsOf(witness)).map(({ contactId, username, avatar }) => [
        contactId,
        username,
        avatar,
      ]);
      const histories: unknown[] = [];
      for (const peer of witnesses) if (peer !== witness) histories.push(await historyOf(witness, peer));
      return { unasked, contacts, histories };
    }),
  );
  return JSON.stringify(views);
}

/** Both accounts as a login by token gives them. */
async function accountsOf(kit: Kit, { self, other }: Pick<World, 'self' | 'other'>): Promise<unknown> {
  return Promise.all(
    [self, other].map(async ({ token }) => {
      const reply = await ask(await kit.connect(), 'LOGIN_BY_TOKEN', { token }, 'LOGIN_SUCCESS', 'LOGIN_FAILURE');
      const { userId, username, email, avatar } = mustSucceed(reply, loggedInShape);
      return { userId, username, email, avatar };
    }),
  );
}
