import type { KeyboardEvent } from 'react';
import type { Settings } from '../../../src-shared/ipc/views.ts';
import { isModOnly } from '../../ui/shortcut.ts';

/** Whether this key press asks to send, by the person's choice of key. */
export function isSendPress(event: KeyboardEvent, sendKey: Settings['sendKey']): boolean {
  if (event.key !== 'Enter') return false;
  if (sendKey === 'mod-enter') return isModOnly(event);
  return !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
}
