import { reportPaint } from './report-paint.mjs';

/** A bare window, which tells when it has painted. */
reportPaint(['h1']);
await import('./idle-window.mjs');
