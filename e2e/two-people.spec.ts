import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from './fixtures/kith.ts';
import { startServer } from './fixtures/server.ts';
import { AccountPage } from './pages/account-page.ts';
import { MainPage } from './pages/main-page.ts';

const count = 20;
const linesOfAnn = Array.from({ length: count }, (_, i) => `Ann says ${i + 1}: 你好，林晚 👋🏽 #${i + 1}.`);
const linesOfBo = Array.from({ length: count }, (_, i) => `林晚说 ${i + 1}：hello Ann 🎉 #${i + 1}.`);

test('two people register, meet, write to each other, restart and log out', async ({ dir, server, launch }) => {
  test.setTimeout(180_000);
  let annWindow = await launch('ann');
  let boWindow = await launch('bo');
  for (const [window, name] of [
    [annWindow, 'Ann'],
    [boWindow, '林晚'],
  ] as const) {
    const account = new AccountPage(window.page);
    await account.connectToServer(server.url);
    await account.register(name);
    await expect(new MainPage(window.page).status).toHaveText('Connected');
  }

  let ann = new MainPage(annWindow.page);
  let bo = new MainPage(boWindow.page);
  await ann.addContact(await bo.myId());
  await ann.openContact('林晚');
  await expect(bo.page.getByRole('tab', { name: 'Contacts' })).toContainText('1');
  await bo.openContact('Ann');

  for (let i = 0; i < count; i += 1) {
    await ann.write(linesOfAnn[i]!);
    await bo.write(linesOfBo[i]!);
  }
  for (const person of [ann, bo]) {
    await expect(person.message(linesOfAnn.at(-1)!)).toBeVisible();
    await expect(person.message(linesOfBo.at(-1)!)).toBeVisible();
  }
  // Both windows look at the conversation; the one that has the focus reads. What is read opens at its end.
  await boWindow.focus();
  await expect(ann.message(linesOfAnn.at(-1)!)).toHaveAttribute('data-state', 'read');
  await annWindow.focus();
  await expect(bo.message(linesOfBo.at(-1)!)).toHaveAttribute('data-state', 'read');

  await annWindow.close();
  await boWindow.close();
  // The network answers only after the history is on screen: the server is away at the start.
  await server.stop();
  annWindow = await launch('ann');
  boWindow = await launch('bo');
  ann = new MainPage(annWindow.page);
  bo = new MainPage(boWindow.page);
  await ann.openChat('林晚');
  await bo.openChat('Ann');
  await expect(ann.message(linesOfBo.at(-1)!)).toBeVisible();
  await expect(bo.message(linesOfAnn.at(-1)!)).toBeVisible();

  const again = await startServer(path.join(dir, 'server'), server.port);
  for (const person of [ann, bo]) await expect(person.status).toHaveText('Connected', { timeout: 45_000 });
  expect(tokenFiles(path.join(dir, 'ann'))).toHaveLength(1);
  await ann.logOut();
  await expect(new AccountPage(annWindow.page).username).toHaveValue('Ann');
  expect(tokenFiles(path.join(dir, 'ann'))).toEqual([]);
  await again.stop();
});

/** The sealed tokens a profile keeps: one for each account that is signed in. */
function tokenFiles(userData: string): string[] {
  const accounts = path.join(userData, 'storage', 'accounts');
  return readdirSync(accounts).filter((account) => existsSync(path.join(accounts, account, 'token.json')));
}
