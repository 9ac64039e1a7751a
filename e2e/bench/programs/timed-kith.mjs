import { reportPaint } from './report-paint.mjs';

/** Kith itself, which tells when the cached chat list and the last conversation are on screen. */
reportPaint(['.chat-list .list-row', '[role="log"] article']);
await import('../../../dist/main/main.mjs');
