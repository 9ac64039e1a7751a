import { expect, test, vi } from 'vitest';
import { lazily } from './lazily.ts';

test('it is made at the first call, and once, whatever it is', () => {
  const make = vi.fn(() => undefined);
  const get = lazily(make);
  expect(make).not.toHaveBeenCalled();
  get();
  get();
  expect(make).toHaveBeenCalledOnce();
});
