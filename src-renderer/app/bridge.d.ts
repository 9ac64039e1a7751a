import type { Bridge } from '../../src-shared/ipc/contract.ts';

declare global {
  interface Window {
    /** Put there by the preload before the page runs. */
    readonly kith: Bridge;
  }
}
