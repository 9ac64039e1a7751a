import type { CDPSession, Locator, Page } from '@playwright/test';

/** Files on their way in: drags over the window, and the tray. */
export class TrayPage {
  readonly page: Page;
  readonly dialog: Locator;
  readonly heading: Locator;
  readonly rows: Locator;
  readonly caption: Locator;
  readonly send: Locator;
  readonly show: Locator;
  private session: Promise<CDPSession> | null = null;

  constructor(page: Page) {
    this.page = page;
    this.dialog = page.getByRole('dialog', { name: 'Send files' });
    this.heading = this.dialog.getByRole('heading');
    this.rows = this.dialog.getByRole('listitem');
    this.caption = this.dialog.getByRole('textbox', { name: 'Caption' });
    this.send = this.dialog.getByRole('button', { name: 'Send', exact: true });
    this.show = page.getByRole('button', { name: 'Show files' });
  }

  /** Drags what a file manager or a browser would drag, and stays over the middle of this element. */
  async dragOver(target: Locator, what: Dragged): Promise<void> {
    for (const type of ['dragEnter', 'dragOver'] as const) await this.dispatch(type, target, what);
  }

  async drop(target: Locator, what: Dragged): Promise<void> {
    await this.dragOver(target, what);
    await this.dispatch('drop', target, what);
  }

  private async dispatch(type: 'dragEnter' | 'dragOver' | 'drop', target: Locator, what: Dragged): Promise<void> {
    const box = await target.boundingBox();
    if (box === null) throw new Error('there is nothing to drag over');
    this.session ??= this.page.context().newCDPSession(this.page);
    const { files = [], link } = what;
    const items = link === undefined ? [] : [{ mimeType: 'text/uri-list', data: link }];
    await (
      await this.session
    ).send('Input.dispatchDragEvent', {
      type,
      x: box.x + box.width / 2,
      y: box.y + box.height / 2,
      data: { items, files: [...files], dragOperationsMask: 1 },
    });
  }
}

/** Files of the disk by their paths, or a link. */
type Dragged = { readonly files?: readonly string[]; readonly link?: string };
