import { existsSync, readFileSync } from 'node:fs';
import type { Window } from '../fixtures/launch.ts';

const sampleEveryMs = 50;

/** What something cost main and the window. */
export type Costs = {
  /** Memory above what it was before, in MB, every 50 ms. */
  readonly main: readonly number[];
  readonly page: readonly number[];
  /** The part of the window's that is nobody else's: without what Chromium shares and may discard, as decoded images. */
  readonly pageAlone: readonly number[];
  readonly longestTaskMs: number;
  /** Of main's event loop. */
  readonly delayP99Ms: number;
};

/** Watches main and the window from now on, until the returned function is called. */
export async function watchWindow(window: Window): Promise<() => Promise<Costs>> {
  const pids = await window.app.evaluate(({ app }) => {
    const metrics = app.getAppMetrics();
    return ['Browser', 'Tab'].map((type) => metrics.find((one) => one.type === type)?.pid ?? 0);
  });
  const devTools = await window.page.context().newCDPSession(window.page);
  await devTools.send('HeapProfiler.collectGarbage');
  const [mainPid = 0, pagePid = 0] = pids;
  const look = (): number[] => [memoryMb(mainPid, 'VmRSS'), memoryMb(pagePid, 'VmRSS'), memoryMb(pagePid, 'RssAnon')];
  const before = look();
  const rises: number[][] = before.map(() => [0]);
  const sampler = setInterval(() => {
    // A bench that failed has ended them before this.
    if (!pids.every((pid) => existsSync(`/proc/${pid}/status`))) return;
    for (const [at, value] of look().entries()) rises[at]?.push(value - (before[at] ?? 0));
  }, sampleEveryMs);
  const delays = await window.app.evaluateHandle(() => {
    const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
    const histogram = monitorEventLoopDelay({ resolution: 5 });
    histogram.enable();
    return histogram;
  });
  const tasks = await window.page.evaluateHandle(() => {
    const seen = { longestMs: 0 };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.longestMs = Math.max(seen.longestMs, entry.duration);
    }).observe({ type: 'longtask' });
    return seen;
  });
  return async () => {
    clearInterval(sampler);
    await devTools.detach();
    const [main = [], page = [], pageAlone = []] = rises;
    return {
      main,
      page,
      pageAlone,
      longestTaskMs: await tasks.evaluate((seen) => seen.longestMs),
      delayP99Ms: await delays.evaluate((histogram) => histogram.percentile(99) / 1e6),
    };
  };
}

/** What a process has in memory: all, or what it shares with nobody. */
function memoryMb(pid: number, kind: 'VmRSS' | 'RssAnon'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [, kilobytes = '0'] = new RegExp(String.raw`^${kind}:\s+(\d+) kB$`, 'm').exec(status) ?? [];
  return (Number(kilobytes) * 1_024) / 1_000_000;
}
