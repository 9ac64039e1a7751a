import { startOtherServer, type OtherServer } from './doubles/other-server.ts';
import { expect, test as base } from './fixtures/kith.ts';
import { signUp } from './fixtures/people.ts';
import { MainPage } from './pages/main-page.ts';

const test = base.extend<{ other: OtherServer }>({
  // Playwright wants the empty pattern where a fixture uses no other.
  // oxlint-disable-next-line no-empty-pattern
  other: async ({}, provide) => {
    const other = await startOtherServer({ delayMs: 15, isAckingTwice: true });
    await provide(other);
    await other.stop();
  },
});

const count = 10;
const linesOfAnn = Array.from({ length: count }, (_, i) => `Ann says ${i + 1}: 你好，林晚 👋🏽 #${i + 1}.`);
const linesOfBo = Array.from({ length: count }, (_, i) => `林晚说 ${i + 1}：hello Ann 🎉 #${i + 1}.`);

for (const isAckingOwnId of [false, true]) {
  test(`two people talk through a server of another make that acknowledges ${isAckingOwnId ? 'its own' : 'our'} ids`, async ({
    other,
    launch,
  }) => {
    test.setTimeout(180_000);
    other.behave({ isAckingOwnId });
    const [annWindow, boWindow] = [await launch('ann'), await launch('bo')];
    let ann = await signUp(annWindow, other.url, 'Ann');
    const bo = await signUp(boWindow, other.url, '林晚');
    // Nothing is pushed here: each adds the other.
    await ann.addContact(await bo.myId());
    await bo.addContact(await ann.myId());
    await ann.openContact('林晚');
    await bo.openContact('Ann');
    for (let i = 0; i < count; i += 1) {
      await ann.write(linesOfAnn[i]!);
      await bo.write(linesOfBo[i]!);
    }
    for (const person of [ann, bo]) {
      await expect(person.message(linesOfAnn.at(-1)!)).toBeVisible();
      await expect(person.message(linesOfBo.at(-1)!)).toBeVisible();
      await expect(person.messages.getByRole('article')).toHaveCount(2 * count);
    }
    await expect(ann.message(linesOfAnn.at(-1)!)).toHaveAttribute('data-state', /sent|read/);
    for (const [window, linesOfOther] of [
      [boWindow, linesOfAnn],
      [annWindow, linesOfBo],
    ] as const) {
      await window.focus();
      await expect
        .poll(() => other.stored().filter((one) => linesOfOther.includes(one.content) && one.status === 'read').length)
        .toBe(count);
    }

    // Without a server the history is there; with it, what was read shows.
    await annWindow.close();
    await other.stop();
    ann = new MainPage((await launch('ann')).page);
    await ann.openChat('林晚');
    await expect(ann.messages.getByRole('article')).toHaveCount(2 * count);
    await expect(ann.messages.getByRole('article').last()).toContainText(linesOfBo.at(-1)!);
    await other.start();
    await expect(ann.status).toHaveText('Connected', { timeout: 45_000 });
    await expect(ann.message(linesOfAnn.at(-1)!)).toHaveAttribute('data-state', 'read', { timeout: 45_000 });
    await expect(ann.messages.getByRole('article')).toHaveCount(2 * count);
    expect(other.stored().map((one) => one.content)).toHaveLength(2 * count);
  });
}

test('thirty messages written offline go out once, in order, though the server drops connections after storing', async ({
  other,
  launch,
}) => {
  test.setTimeout(240_000);
  const ann = await signUp(await launch('ann'), other.url, 'Ann');
  const bo = await signUp(await launch('bo'), other.url, 'Bo');
  await ann.addContact(await bo.myId());
  await bo.addContact(await ann.myId());
  await ann.openContact('Bo');
  await other.stop();
  await expect(ann.status).toHaveText('Offline');
  const lines = Array.from({ length: 30 }, (_, i) => `离线 ${i + 1}: written offline #${i + 1}.`);
  for (const line of lines) await ann.write(line);
  await expect(ann.message(lines.at(-1)!)).toHaveAttribute('data-state', 'queued');

  // Every eighth message is stored and never acknowledged.
  let stores = 0;
  other.behave({ cutAfterStore: 0.5, random: () => ((stores += 1) % 8 === 0 ? 0 : 1) });
  await other.start();
  await expect(ann.message(lines.at(-1)!)).toHaveAttribute('data-state', /sent|read/, { timeout: 120_000 });
  expect(other.cuts()).toBeGreaterThan(2);
  expect(other.stored().map((one) => one.content)).toEqual(lines);
  await expect(ann.page.locator('article[data-state="failed"]')).toHaveCount(0);
  await expect(bo.status).toHaveText('Connected', { timeout: 45_000 });
  await bo.openChat('Ann');
  await expect(bo.messages.getByRole('article')).toHaveCount(30);
  await expect(bo.messages.getByRole('article').first()).toContainText(lines[0]!);
  await expect(bo.messages.getByRole('article').last()).toContainText(lines.at(-1)!);
});

test('fifty messages written offline are there once each, in order, though the program is killed half-way', async ({
  other,
  launch,
}) => {
  test.setTimeout(180_000);
  const annWindow = await launch('ann');
  let ann = await signUp(annWindow, other.url, 'Ann');
  const bo = await signUp(await launch('bo'), other.url, 'Bo');
  await ann.addContact(await bo.myId());
  await ann.openContact('Bo');
  await other.stop();
  await expect(ann.status).toHaveText('Offline');
  const lines = Array.from({ length: 50 }, (_, i) => `第 ${i + 1} 句: offline #${i + 1}.`);
  for (const line of lines) await ann.write(line);
  await expect(ann.message(lines.at(-1)!)).toHaveAttribute('data-state', 'queued');

  // Slow enough to be caught half-way.
  other.behave({ delayMs: 60 });
  await other.start();
  await expect.poll(() => other.stored().length, { timeout: 60_000, intervals: [20] }).toBeGreaterThan(20);
  await annWindow.kill();
  expect(other.stored().length).toBeLessThan(50);
  other.behave({ delayMs: 15 });
  ann = new MainPage((await launch('ann')).page);
  await ann.openChat('Bo');
  await expect(ann.message(lines.at(-1)!)).toHaveAttribute('data-state', /sent|read/, { timeout: 60_000 });
  expect(other.stored().map((one) => one.content)).toEqual(lines);
});

test('it stops and starts ten times under two chatting windows, and all three agree', async ({ other, launch }) => {
  test.setTimeout(300_000);
  const ann = await signUp(await launch('ann'), other.url, 'Ann');
  const bo = await signUp(await launch('bo'), other.url, 'Bo');
  await ann.addContact(await bo.myId());
  await bo.addContact(await ann.myId());
  await ann.openContact('Bo');
  await bo.openContact('Ann');
  const written: string[] = [];
  const everyone = [
    ['Ann', ann],
    ['Bo', bo],
  ] as const;
  for (let round = 1; round <= 10; round += 1) {
    for (const when of ['before', 'while']) {
      for (const [name, person] of everyone) {
        written.push(`${name} ${when} stop ${round}.`);
        await person.write(written.at(-1)!);
      }
      if (when === 'before') await other.stop();
    }
    await other.start();
    for (const [, person] of everyone) {
      const retry = person.page.getByRole('button', { name: 'Try now' });
      if (await retry.isVisible()) await retry.click().catch(() => undefined);
      await expect(person.status).toHaveText('Connected', { timeout: 45_000 });
    }
  }
  const isOpen = '[data-state="queued"], [data-state="sending"], [data-state="failed"]';
  for (const [, person] of everyone) await expect(person.messages.locator(isOpen)).toHaveCount(0, { timeout: 60_000 });
  const stored = other.stored().map(({ content }) => content);
  expect(stored.toSorted()).toEqual(written.toSorted());
  for (const [name, person] of everyone) {
    const isTheirs = (text: string): boolean => text.startsWith(name);
    expect(stored.filter(isTheirs)).toEqual(written.filter(isTheirs));
    await expect(person.message(stored.at(-1)!)).toBeVisible({ timeout: 45_000 });
    // What crossed on its way is put in the server's order with the next history.
    const differing = async (): Promise<string[]> => {
      const shown = (await person.messages.getByRole('article').allInnerTexts()).map(
        (text) => /(?:Ann|Bo) (?:before|while) stop \d+\./.exec(text)?.[0] ?? text,
      );
      return shown.filter((text, index) => text !== stored.slice(-shown.length)[index]);
    };
    await expect.poll(differing, { timeout: 60_000 }).toEqual([]);
  }
});
