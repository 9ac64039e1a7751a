import { createContext, useContext } from 'react';
import type { MessageState } from '../../src-shared/domain/message.ts';

/** A file is on its way out: whatever else is to be sent, to anybody, waits until it is through. */
export const UploadUnderWay = createContext(false);

/** Whether a message of this state waits for nothing but that. */
export function useIsBehindUpload(state: MessageState): boolean {
  const isUnderWay = useContext(UploadUnderWay);
  return isUnderWay && state === 'queued';
}
