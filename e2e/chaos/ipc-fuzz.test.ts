import { expect, test } from 'vitest';
import { requestChannels } from '../../src-shared/ipc/channels.ts';
import { fuzzIpc } from './ipc-fuzz.ts';

test('whatever a page says, main answers, does nothing that does not fit, and throws nothing', async () => {
  const reports = await fuzzIpc({ callsPerChannel: 150, seed: 7 });
  expect(reports.map(({ channel }) => channel).toSorted()).toEqual(requestChannels.toSorted());
  // A busy computer is slow; how long main is held up belongs to the long run.
  const faults = reports.flatMap((report) => report.faults.filter((fault) => !fault.startsWith('a call held')));
  expect(faults).toEqual([]);
  for (const { channel, sound, calls } of reports) {
    expect(sound, channel).toBeGreaterThan(20);
    expect(sound, channel).toBeLessThan(calls);
  }
}, 60_000);
