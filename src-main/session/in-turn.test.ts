import { expect, it } from 'vitest';
import { createTurns } from './in-turn.ts';

it('does one piece of work after the other, and tells each nothing of the one before', async () => {
  const inTurn = createTurns();
  const done: unknown[] = [];
  const work =
    (name: string) =>
    async (...told: unknown[]): Promise<string> => {
      await Promise.resolve();
      done.push([name, ...told]);
      return name;
    };
  const first = inTurn(work('first'));
  const failing = inTurn(() => Promise.reject(new Error('no')));
  const last = inTurn(work('last'));
  await expect(failing).rejects.toThrow('no');
  expect(await Promise.all([first, last])).toEqual(['first', 'last']);
  expect(done).toEqual([['first'], ['last']]);
});
