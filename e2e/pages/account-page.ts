import type { Locator, Page } from '@playwright/test';

/** The screens before the main window: first start, server address, log in and register. */
export class AccountPage {
  readonly page: Page;
  readonly tryHere: Locator;
  readonly connectTo: Locator;
  readonly address: Locator;
  readonly connect: Locator;
  readonly username: Locator;
  readonly password: Locator;
  readonly alerts: Locator;

  constructor(page: Page) {
    this.page = page;
    this.tryHere = page.getByRole('button', { name: 'Try it on this computer' });
    this.connectTo = page.getByRole('button', { name: 'Connect to a server' });
    this.address = page.getByRole('textbox', { name: 'Server address' });
    this.connect = page.getByRole('button', { name: 'Connect', exact: true });
    this.username = page.getByRole('textbox', { name: 'Username' });
    this.password = page.getByRole('textbox', { name: 'Password', exact: true });
    this.alerts = page.getByRole('alert');
  }

  async connectToServer(address: string): Promise<void> {
    await this.connectTo.click();
    await this.address.fill(address);
    await this.connect.click();
  }

  async register(name: string, password = 'correct horse battery'): Promise<void> {
    await this.page.getByRole('tab', { name: 'Register' }).click();
    await this.username.fill(name);
    await this.page.getByRole('textbox', { name: 'E-mail' }).fill('someone@example.org');
    await this.password.fill(password);
    await this.page.getByRole('textbox', { name: 'Repeat password' }).fill(password);
    await this.page.getByRole('button', { name: 'Register', exact: true }).click();
  }

  async logIn(name: string, password = 'correct horse battery'): Promise<void> {
    await this.page.getByRole('tab', { name: 'Log in' }).click();
    await this.username.fill(name);
    await this.password.fill(password);
    await this.page.getByRole('button', { name: 'Log in', exact: true }).click();
  }
}
