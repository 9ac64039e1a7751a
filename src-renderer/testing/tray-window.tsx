import { createEvent, fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { StagedView } from '../../src-shared/ipc/attachment-views.ts';
import { ok } from '../../src-shared/kernel/result.ts';
import { AppWindow } from '../app/app.tsx';
import { createApp } from '../app/create-app.ts';
import { createFakeBridge } from './fake-bridge.ts';
import { aTray, keepTrays } from './trays.ts';
import { aContact, aConversation, aSnapshot } from './views.ts';

const lin = aContact(1, '林晚');
const bo = aContact(2, 'Bo');
export const file = (name: string): File => new File(['x'], name);

// jsdom has no workers, and no picture is ever drawn in it.
class NoWorker {
  addEventListener(): void {}
  postMessage(): void {}
  terminate(): void {}
}
Object.assign(globalThis, { Worker: NoWorker });

/** The main window with the conversation with 林晚 open. */
export async function show(staged: StagedView[] = [], draft: string | null = null) {
  const fake = createFakeBridge({
    'app:getSnapshot': () =>
      ok(
        aSnapshot({
          contacts: [lin, bo],
          conversations: [
            aConversation(1, {
              stagedCount: staged.length,
              draft: draft === null ? null : { text: draft, caret: 0 },
            }),
            aConversation(2),
          ],
        }),
      ),
    'conversations:setViewed': () => ok({}),
    'messages:getPage': () => ok({ messages: [], hasOlder: false, hasNewer: false, firstUnreadRowId: null }),
    'drafts:save': () => ok({}),
  });
  const kept = keepTrays(fake, [aTray(1, staged)]);
  const app = await createApp(fake.bridge);
  if (!app.ok) throw new Error('no app');
  render(<AppWindow app={app.value} />);
  const user = userEvent.setup();
  await user.click(row('林晚'));
  return { fake, user, kept: (peerId = 1) => kept(peerId).map(({ name }) => name) };
}
export const row = (name: string): HTMLElement =>
  within(screen.getByRole('list', { name: 'Chats' })).getByRole('button', { name: new RegExp(name) });
export const pane = (): HTMLElement => screen.getByRole('region', { name: 'Conversation with 林晚' });
export const tray = (): HTMLElement => screen.getByRole('dialog', { name: 'Send files' });
export const inTray = (name: string): HTMLElement => within(tray()).getByRole('button', { name });
export const rows = (): string[] =>
  within(tray())
    .getAllByRole('listitem')
    .map((item) => item.querySelector('.file-name')?.textContent ?? '');
export const box = (): HTMLTextAreaElement => screen.getByRole('textbox', { name: 'Message' });
export const caption = (): HTMLTextAreaElement => within(tray()).getByRole('textbox', { name: 'Caption' });

/** What a drag or a clipboard carries. */
export function carrying(files: readonly File[], text = ''): DataTransfer {
  const types = [...(text === '' ? [] : ['text/plain']), ...(files.length > 0 ? ['Files'] : [])];
  return {
    files,
    types,
    items: files.map(() => ({ kind: 'file' })),
    dropEffect: 'none',
    getData: () => text,
  } as unknown as DataTransfer;
}
export function drag(
  name: 'dragOver' | 'dragLeave' | 'drop',
  element: Element,
  dataTransfer: DataTransfer,
  rest: object = {},
): Event {
  const event = createEvent[name](element);
  Object.assign(event, { dataTransfer, ...rest });
  fireEvent(element, event);
  return event;
}
