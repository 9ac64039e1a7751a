import { act, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { NamedTransfer, TransferView } from '../../src-shared/ipc/attachment-views.ts';
import type { Snapshot } from '../../src-shared/ipc/views.ts';
import { rowId, userId } from '../../src-shared/kernel/ids.ts';
import { ok } from '../../src-shared/kernel/result.ts';
import { createFakeBridge } from '../testing/fake-bridge.ts';
import { aContact, aSnapshot, signedIn, signedOut } from '../testing/views.ts';
import { AppWindow } from './app.tsx';
import { createApp } from './create-app.ts';
import { showLocale } from './i18n.ts';

const transferOf = (row: number, rest: Partial<TransferView> = {}): TransferView => ({
  rowId: rowId(row),
  peerId: userId(1),
  direction: 'up',
  phase: 'running',
  doneBytes: 6_000_000,
  totalBytes: 24_000_000,
  bytesPerSecond: 2_000_000,
  error: null,
  ...rest,
});
const named = (name: string, transfer: TransferView): NamedTransfer => ({ name, transfer });
const upload = named('holiday.mov', transferOf(1));
const waiting = named('报告.pdf', transferOf(2, { phase: 'waiting', doneBytes: 0, peerId: userId(2) }));
const download = named('song.flac', transferOf(3, { direction: 'down' }));

/** The window of somebody who has just asked to quit. */
async function ask(asked: readonly NamedTransfer[], snapshot: Partial<Snapshot> = {}) {
  const fake = createFakeBridge({
    'app:getSnapshot': () =>
      ok(
        aSnapshot({
          contacts: [aContact(1, 'Bo'), aContact(2, '林晚')],
          transfers: asked.map(({ transfer }) => transfer),
          ...snapshot,
        }),
      ),
    'app:answerQuit': () => ok({}),
  });
  const app = await createApp(fake.bridge);
  if (!app.ok) throw new Error('no app');
  render(<AppWindow app={app.value} />);
  await act(async () => fake.emit('app:quitAsked', [...asked]));
  return { fake, answers: () => fake.callsTo('app:answerQuit').map(({ answer }) => answer) };
}
const rows = () => screen.getAllByRole('listitem').map((row) => row.textContent);

test('who wants to quit is told which files are on their way, to whom and how far, and main that it is asked', async () => {
  const { answers } = await ask([upload, waiting]);
  const dialog = screen.getByRole('alertdialog', { name: 'Quit while 2 files are on their way?' });
  expect(dialog).toHaveTextContent('goes on when Kith is open and connected again');
  expect(dialog).not.toHaveTextContent('Downloads');
  expect(within(dialog).getAllByRole('listitem')).toHaveLength(2);
  expect(rows()).toEqual(['holiday.movto Bo · 6.0 / 24.0 MB · 2.0 MB/s · 9 s', '报告.pdfto 林晚 · 24.0 MB · waiting']);
  expect(screen.getByRole('progressbar', { name: 'holiday.mov' })).toHaveValue(0.25);
  expect(answers()).toEqual(['shown']);
});

test('the focus is on what changes nothing, and so is Enter', async () => {
  const { answers } = await ask([upload]);
  expect(screen.getByRole('button', { name: 'Keep open' })).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  expect(screen.queryByRole('alertdialog')).toBeNull();
  expect(answers()).toEqual(['shown', 'keep-open']);
});

test('Esc keeps the program open, also one that cannot be held back', async () => {
  const { fake, answers } = await ask([upload]);
  const dialog = screen.getByRole<HTMLDialogElement>('alertdialog');
  act(() => void dialog.dispatchEvent(new Event('cancel', { cancelable: true })));
  expect(screen.queryByRole('alertdialog')).toBeNull();
  await act(async () => fake.emit('app:quitAsked', [upload]));
  const again = screen.getByRole<HTMLDialogElement>('alertdialog');
  act(() => {
    again.close();
    again.dispatchEvent(new Event('close'));
  });
  expect(screen.queryByRole('alertdialog')).toBeNull();
  expect(answers()).toEqual(['shown', 'keep-open', 'shown', 'keep-open']);
});

test('Quit is passed on', async () => {
  const { answers } = await ask([upload]);
  await userEvent.click(screen.getByRole('button', { name: 'Quit' }));
  expect(answers()).toEqual(['shown', 'quit']);
});

test('the rows follow what goes on meanwhile', async () => {
  const { fake } = await ask([upload, download]);
  expect(screen.getByText(/^Downloads end\. Get them again later/)).toBeVisible();
  await act(async () =>
    fake.emit('transfers:progressed', [
      transferOf(1, { phase: 'done' }),
      transferOf(3, { doneBytes: 12_000_000, direction: 'down' }),
    ]),
  );
  expect(rows()).toEqual(['holiday.movto Bo · finished', 'song.flacfrom Bo · 12.0 / 24.0 MB · 2.0 MB/s · 6 s']);
});

test('without a history on this computer it says that what is not sent is lost', async () => {
  await ask([upload, download], { session: { ...signedIn, history: 'memory' } });
  const dialog = screen.getByRole('alertdialog');
  expect(dialog).toHaveTextContent('What is not sent yet is lost: no history is kept on this computer.');
  expect(dialog).not.toHaveTextContent('from where they were');
});

test('of very many the number is told', async () => {
  await ask(Array.from({ length: 70 }, (_, at) => named(`${at}.txt`, transferOf(at + 1))));
  expect(screen.getAllByRole('listitem')).toHaveLength(50);
  expect(screen.getByText('and 20 more')).toBeVisible();
});

test('it is asked in Chinese too', async () => {
  act(() => showLocale('zh-CN'));
  await ask([upload], { settings: { ...aSnapshot().settings, locale: 'zh-CN' } });
  expect(screen.getByRole('alertdialog', { name: '还有 1 个文件正在传输，要退出吗？' })).toBeVisible();
  expect(screen.getByRole('button', { name: '保持打开' })).toHaveFocus();
  expect(rows()[0]).toContain('发给 Bo');
});

test('nobody logged in is not asked, and main hears of nothing shown', async () => {
  const { answers } = await ask([upload], { session: signedOut });
  expect(screen.queryByRole('alertdialog')).toBeNull();
  expect(answers()).toEqual([]);
});
