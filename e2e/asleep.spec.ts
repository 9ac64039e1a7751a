import { expect, test } from './fixtures/kith.ts';
import { meet } from './fixtures/people.ts';

/** Longer than our server waits for a sign of life. */
const sleepMs = 45_000;
const backWithinMs = 5_000;

test('a program that was stopped for 45 s is back within 5 s, and nothing is missing', async ({ server, launch }) => {
  test.setTimeout(180_000);
  const { annWindow, ann, bo } = await meet(launch, server.url);
  await bo.openContact('Ann');
  await ann.write('before');
  await expect(bo.message('before')).toBeVisible();
  const { pid } = annWindow.app.process();
  if (pid === undefined) throw new Error('the program has no process');

  process.kill(pid, 'SIGSTOP');
  try {
    for (let i = 0; i < 10; i += 1) await bo.write(`while asleep ${i}.`);
    await new Promise((resolve) => setTimeout(resolve, sleepMs));
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  const wokeAtMs = performance.now();
  for (let i = 0; i < 10; i += 1)
    await expect(ann.message(`while asleep ${i}.`)).toHaveCount(1, { timeout: backWithinMs });
  await expect(ann.status).toHaveText('Connected');
  console.log(`  back and complete ${Math.round(performance.now() - wokeAtMs)} ms after the waking`);
  await ann.write('after');
  await expect(ann.message('after')).toHaveAttribute('data-state', /sent|read/);
  await expect(bo.message('after')).toHaveCount(1);
});

test('nothing is read behind a locked screen', async ({ server, launch }) => {
  test.setTimeout(120_000);
  const { annWindow, ann, bo } = await meet(launch, server.url);
  await bo.openContact('Ann');
  await annWindow.focus();
  await bo.write('in the open');
  await expect(bo.message('in the open')).toHaveAttribute('data-state', 'read');
  await annWindow.app.evaluate(({ powerMonitor }) => powerMonitor.emit('lock-screen'));
  await bo.write('behind the lock');
  await expect(ann.message('behind the lock')).toBeVisible();
  // Whatever the window asks for, it is refused; and what would have been said to the server was said before this.
  expect(await annWindow.page.evaluate(askToMarkRead)).toBe('cancelled');
  await ann.write('after the asking');
  await expect(bo.message('after the asking')).toBeVisible();
  await expect(bo.message('behind the lock')).toHaveAttribute('data-state', 'sent');
  await annWindow.app.evaluate(({ powerMonitor }) => powerMonitor.emit('unlock-screen'));
  await expect(bo.message('behind the lock')).toHaveAttribute('data-state', 'read');
});

/** Asks main to mark the newest message on screen as read. */
const askToMarkRead = `(async () => {
  const { value } = await window.kith['app:getSnapshot']({});
  const { peerId, page } = value.viewed;
  const reply = await window.kith['messages:markRead']({ peerId, rowIds: [page.messages.at(-1).rowId] });
  return reply.ok ? 'marked' : reply.error.code;
})()`;
