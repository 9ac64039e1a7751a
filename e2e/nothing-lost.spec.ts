import path from 'node:path';
import { createChaosProxy } from './chaos/proxy.ts';
import { connectWire } from './conformance/wire-client.ts';
import { expect, test } from './fixtures/kith.ts';
import { meet, signUp } from './fixtures/people.ts';
import { seedProfile } from './fixtures/seeded-profile.ts';
import { startServer } from './fixtures/server.ts';
import { MainPage } from './pages/main-page.ts';

const password = 'correct horse battery';

/** What the server has between two people, oldest first, asked over a plain socket by one who knows nothing else. */
async function contentsOnServer(url: string, name: string, otherId: number): Promise<string[]> {
  const wire = await connectWire(url, { timeoutMs: 10_000, graceMs: 0 });
  wire.send('LOGIN', { username: name, password });
  const { payload } = await wire.next('log-in', ({ type }) => type === 'LOGIN_SUCCESS');
  wire.send('LOAD_MESSAGES', { userId: (payload as { userId: number }).userId, targetId: otherId });
  const loaded = await wire.next('history', ({ type }) => type === 'MESSAGES_LOADED');
  await wire.close();
  return (loaded.payload as { content: string }[]).map(({ content }) => content);
}

test('fifty messages written offline go out once each, in order, though the program is killed half-way', async ({
  server,
  launch,
}) => {
  test.setTimeout(180_000);
  const texts = Array.from({ length: 50 }, (_, index) => `line ${index + 1} of fifty, 第${index + 1}句`);
  const proxy = await createChaosProxy({ targetPort: server.port });
  const boWindow = await launch('bo');
  const bo = await signUp(boWindow, server.url, 'Bo');
  const boId = await bo.myId();
  let annWindow = await launch('ann');
  let ann = await signUp(annWindow, `ws://127.0.0.1:${proxy.port}`, 'Ann');
  const annId = await ann.myId();
  await ann.addContact(boId);
  await ann.openContact('Bo');
  await ann.write('hello');
  await expect(ann.message('hello')).toHaveAttribute('data-state', 'sent');

  await proxy.refuse(true);
  proxy.cut();
  await expect(ann.status).toHaveText('Offline');
  for (const text of texts) await ann.write(text);
  await expect(ann.message(texts[49]!)).toHaveAttribute('data-state', 'queued');

  // Slow enough to be caught half-way: about ten messages a second.
  proxy.setFault('up', { kind: 'throttle', bytesPerSecond: 2_000 });
  await proxy.refuse(false);
  await expect
    .poll(async () => (await contentsOnServer(server.url, 'Bo', Number(annId))).length, { timeout: 60_000 })
    .toBeGreaterThan(20);
  await annWindow.kill();
  const reached = (await contentsOnServer(server.url, 'Bo', Number(annId))).length;
  expect(reached).toBeLessThan(51);

  proxy.setFault('up', null);
  annWindow = await launch('ann');
  ann = new MainPage(annWindow.page);
  await ann.openChat('Bo');
  await expect(ann.message(texts[49]!)).toHaveAttribute('data-state', /sent|read/, { timeout: 45_000 });
  expect(await contentsOnServer(server.url, 'Bo', Number(annId))).toEqual(['hello', ...texts]);
  await proxy.close();
});

test('a server that stops and starts ten times under two chatting windows loses nothing', async ({
  dir,
  server,
  launch,
}) => {
  test.setTimeout(300_000);
  const rounds = 10;
  const { ann, bo } = await meet(launch, server.url);
  const annId = Number(await ann.myId());
  await bo.openContact('Ann');
  const expected: string[] = [];
  let running = server;
  for (let round = 1; round <= rounds; round += 1) {
    for (const [person, name] of [
      [ann, 'Ann'],
      [bo, 'Bo'],
    ] as const) {
      await person.write(`${name} before stop ${round}.`);
      expected.push(`${name} before stop ${round}.`);
    }
    // By turns as a power cut and in good order.
    await (round % 2 === 0 ? running.kill() : running.stop());
    for (const [person, name] of [
      [ann, 'Ann'],
      [bo, 'Bo'],
    ] as const) {
      await person.write(`${name} while it is away ${round}.`);
      expected.push(`${name} while it is away ${round}.`);
    }
    running = await startServer(path.join(dir, 'server'), server.port);
    for (const person of [ann, bo]) {
      const retry = person.page.getByRole('button', { name: 'Try now' });
      if (await retry.isVisible()) await retry.click().catch(() => undefined);
      await expect(person.status).toHaveText('Connected', { timeout: 45_000 });
    }
  }
  for (const person of [ann, bo]) {
    for (const text of [expected.at(-1)!, expected.at(-2)!])
      await expect(person.message(text)).toBeVisible({ timeout: 45_000 });
    await expect(
      person.messages.locator('[data-state="queued"], [data-state="sending"], [data-state="failed"]'),
    ).toHaveCount(0, { timeout: 45_000 });
  }
  const onServer = await contentsOnServer(running.url, 'Bo', annId);
  expect(onServer.toSorted()).toEqual(expected.toSorted());
  for (const name of ['Ann', 'Bo']) {
    const ofOne = (all: readonly string[]) => all.filter((text) => text.startsWith(name));
    expect(ofOne(onServer)).toEqual(ofOne(expected));
  }
  for (const person of [ann, bo]) {
    // What crossed on its way is put in the server's order with the next history.
    const differing = async (): Promise<string[]> => {
      const shown = await shownTexts(person);
      return shown.filter((text, index) => text !== onServer.slice(-shown.length)[index]);
    };
    await expect.poll(differing, { timeout: 60_000 }).toEqual([]);
  }
  await running.stop();
});

/** The texts in the window from top to bottom, as far as they are drawn. */
async function shownTexts(person: MainPage): Promise<string[]> {
  const articles = await person.messages.getByRole('article').allInnerTexts();
  return articles.map((text) => /(Ann|Bo) (before|while)[^.]*\./.exec(text)?.[0] ?? text);
}

test('without a network it opens with all of 100,000 messages, and takes new ones', async ({ dir, server, launch }) => {
  test.setTimeout(120_000);
  const { peers } = await seedProfile(dir, 'ann', server.url);
  await server.stop();
  const ann = new MainPage((await launch('ann')).page);
  const first = peers[0]!;
  await expect(ann.chats.getByRole('listitem').first()).toContainText(first.username);
  await expect(ann.status).toHaveText('Offline');
  await ann.chats.getByRole('listitem').first().click();
  await expect(ann.message(`last of ${first.username}`)).toBeVisible();
  await ann.write('written without a network');
  await expect(ann.message('written without a network')).toHaveAttribute('data-state', 'queued');
  // Far up in the past: the pages before come as they are scrolled to.
  const seen = new Set<string>();
  const scrollUp = async (): Promise<number> => {
    await ann.messages.hover();
    await ann.page.mouse.wheel(0, -5_000);
    const articles = ann.messages.getByRole('article');
    const ids = await articles.evaluateAll((all) => all.map((one) => one.getAttribute('data-message-id') ?? ''));
    for (const id of ids) seen.add(id);
    return seen.size;
  };
  await expect.poll(scrollUp, { timeout: 30_000 }).toBeGreaterThan(150);
});
