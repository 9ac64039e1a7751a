import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { expect, test } from './fixtures/kith.ts';
import { AccountPage } from './pages/account-page.ts';
import { MainPage } from './pages/main-page.ts';
import en from '../src-shared/i18n/en.json' with { type: 'json' };

/** Listens on loopback until the test is over. @returns the port. */
async function listen(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('each kind of wrong server gets its own plain sentence, and the form stays', async ({ launch }) => {
  test.setTimeout(120_000);
  const silent = net.createServer(() => undefined);
  const web = http.createServer((_, response) => response.end('<h1>hello</h1>'));
  const stranger = http.createServer();
  new WebSocketServer({ server: stranger }).on('connection', (socket) =>
    socket.send('{"hello":"from another protocol"}'),
  );
  const closed = net.createServer();
  const closedPort = await listen(closed);
  closed.close();
  await once(closed, 'close');
  const cases: readonly (readonly [address: string, sentence: string])[] = [
    ['not an address', en.error['address-invalid']],
    [`127.0.0.1:${closedPort}`, en.error['connection-refused']],
    ['no-such-host.invalid:14514', en.error['name-not-found']],
    [`127.0.0.1:${await listen(web)}`, en.error['not-websocket']],
    [`wss://127.0.0.1:${(web.address() as AddressInfo).port}`, en.error['tls-failed']],
    [`127.0.0.1:${await listen(stranger)}`, en.error['not-kith']],
    [`127.0.0.1:${await listen(silent)}`, en.error['connection-silent']],
  ];

  const window = await launch('ann');
  const account = new AccountPage(window.page);
  await account.connectTo.click();
  for (const [address, sentence] of cases) {
    await account.address.fill(address);
    await account.connect.click();
    await expect(account.alerts.filter({ hasText: sentence })).toBeVisible({ timeout: 20_000 });
    await expect(account.address).toHaveValue(address);
    await expect(window.page.getByRole('dialog')).toHaveCount(0);
  }
  for (const server of [silent, web, stranger]) server.close();
});

test("a taken name, a wrong password and an unknown id are told in the server's own words", async ({
  server,
  launch,
}) => {
  const first = await launch('ann');
  await new AccountPage(first.page).connectToServer(server.url);
  await new AccountPage(first.page).register('Ann');
  await expect(new MainPage(first.page).status).toHaveText('Connected');

  const window = await launch('bo');
  const account = new AccountPage(window.page);
  await account.connectToServer(server.url);
  await account.register('Ann');
  await expect(account.alerts.first()).toContainText('The server said');
  await expect(account.username).toHaveValue('Ann');
  await account.logIn('Ann', 'not the password');
  await expect(account.alerts.first()).toContainText('The server said');
  await account.register('Bo');
  const bo = new MainPage(window.page);
  await expect(bo.status).toHaveText('Connected');
  await bo.addContact('2000000000');
  await expect(window.page.getByRole('dialog', { name: 'Add contact' }).getByRole('alert')).toContainText(
    'The server said',
  );
});
