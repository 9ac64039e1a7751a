import type { Locator, Page } from '@playwright/test';

/** The main window: lists on the left, a conversation on the right. */
export class MainPage {
  readonly page: Page;
  readonly me: Locator;
  readonly status: Locator;
  readonly chats: Locator;
  readonly contacts: Locator;
  readonly messages: Locator;
  readonly composer: Locator;
  readonly send: Locator;

  constructor(page: Page) {
    this.page = page;
    this.me = page.getByRole('button', { name: 'My account' });
    this.status = page.getByRole('status').filter({ hasText: /^(Connected|Connecting…|Offline)$/ });
    this.chats = page.getByRole('list', { name: 'Chats' });
    this.contacts = page.getByRole('list', { name: 'Contacts' });
    this.messages = page.getByRole('log', { name: 'Messages' });
    this.composer = page.getByRole('textbox', { name: 'Message', exact: true });
    this.send = page.getByRole('button', { name: 'Send', exact: true });
  }

  /** The number that others type to add me. */
  async myId(): Promise<string> {
    await this.me.click();
    const text = await this.page.getByText(/^ID \d+$/).innerText();
    await this.page.keyboard.press('Escape');
    return text.slice('ID '.length);
  }

  async addContact(id: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Add contact' }).first().click();
    const dialog = this.page.getByRole('dialog', { name: 'Add contact' });
    await dialog.getByRole('textbox', { name: 'User ID' }).fill(id);
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  }

  async openContact(name: string): Promise<void> {
    await this.page.getByRole('tab', { name: 'Contacts' }).click();
    await this.contacts.getByRole('listitem').filter({ hasText: name }).click();
  }

  async openChat(name: string): Promise<void> {
    await this.page.getByRole('tab', { name: 'Chats' }).click();
    await this.chats.getByRole('listitem').filter({ hasText: name }).click();
  }

  async write(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  message(text: string): Locator {
    return this.messages.getByRole('article').filter({ hasText: text });
  }

  async logOut(): Promise<void> {
    await this.me.click();
    await this.page.getByRole('menuitem', { name: 'Log out' }).click();
  }
}
