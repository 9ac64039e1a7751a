import { expect, it } from 'vitest';
import { settle } from '../connection/testing/fake-clock.ts';
import { createSlots } from './slots.ts';

it('lets so many in, then the most urgent as urgencies are by then, and nobody who gave up', async () => {
  const slots = createSlots(2);
  const urgencies = new Map([
    ['a', 1],
    ['b', 2],
    ['c', 3],
    ['d', 4],
    ['e', 5],
  ]);
  const entered: string[] = [];
  const leaves = new Map<string, () => void>();
  const stop = new AbortController();
  async function wait(name: string): Promise<void> {
    const leave = await slots.take(() => urgencies.get(name) ?? 0, stop.signal);
    entered.push(leave === null ? `not ${name}` : name);
    if (leave !== null) leaves.set(name, leave);
  }
  for (const name of urgencies.keys()) void wait(name);
  await settle();
  expect(entered).toEqual(['a', 'b']);
  urgencies.set('c', 10);
  leaves.get('a')?.();
  await settle();
  expect(entered).toEqual(['a', 'b', 'c']);
  stop.abort();
  leaves.get('b')?.();
  leaves.get('c')?.();
  await settle();
  expect(entered).toEqual(['a', 'b', 'c', 'not d', 'not e']);
  expect(await slots.take(() => 0, stop.signal)).toBeNull();
  expect(await slots.take(() => 0, new AbortController().signal)).not.toBeNull();
});
