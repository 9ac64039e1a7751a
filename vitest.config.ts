import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Real processes and sockets take part: a busy machine is no failure, only a test that hangs is.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // One for each core, and not one less: a good part of the time is spent waiting for processes and sockets.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: ['src-{shared,main,server}/**/*.test.ts', 'e2e/**/*.test.ts'],
        },
      },
      {
        extends: true,
        plugins: [react()],
        test: {
          name: 'jsdom',
          environment: 'jsdom',
          // One page for all: a new one for each file takes longer than its tests. setup.ts cleans up after each test.
          isolate: false,
          include: ['src-renderer/**/*.test.{ts,tsx}'],
          setupFiles: ['src-renderer/testing/setup.ts'],
        },
      },
    ],
  },
});
