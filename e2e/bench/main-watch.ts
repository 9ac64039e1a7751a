import type { Window } from '../fixtures/launch.ts';

export type Watched = { readonly delayP99Ms: number; readonly delayMaxMs: number; readonly riseMib: number };

const mebibyte = 2 ** 20;

/** Watches the event loop and the memory of the main process from now on, until the returned function is called. */
export async function watchMain({ app }: Window): Promise<() => Promise<Watched>> {
  const handle = await app.evaluateHandle(() => {
    const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
    const histogram = monitorEventLoopDelay({ resolution: 5 });
    histogram.enable();
    const watch = { histogram, before: process.memoryUsage.rss(), most: 0, sampler: null as unknown };
    watch.sampler = setInterval(() => {
      watch.most = Math.max(watch.most, process.memoryUsage.rss());
    }, 10);
    return watch;
  });
  return async () => {
    const seen = await handle.evaluate(({ histogram, before, most, sampler }) => {
      clearInterval(sampler as NodeJS.Timeout);
      return {
        delayP99Ms: histogram.percentile(99) / 1e6,
        delayMaxMs: histogram.max / 1e6,
        riseBytes: Math.max(0, most - before),
      };
    });
    const { delayP99Ms, delayMaxMs, riseBytes } = seen;
    return { delayP99Ms, delayMaxMs, riseMib: riseBytes / mebibyte };
  };
}
