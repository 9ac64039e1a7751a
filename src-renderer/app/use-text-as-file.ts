import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { UserId } from '../../src-shared/kernel/ids.ts';
import { fileTime } from '../ui/time.ts';
import type { Workspace } from './workspace.ts';

/** Puts a text that is too long for a message into the tray, as a file. It leaves the box once main has it there. */
export function useTextAsFile(
  { attachments, composers }: Pick<Workspace, 'attachments' | 'composers'>,
  peerId: UserId,
): (text: string) => Promise<void> {
  const { t } = useTranslation();
  return useCallback(
    async (text) => {
      const name = t('tray.textName', { time: fileTime(new Date()) });
      const isTaken = await attachments.add(peerId, [new File([text], name, { type: 'text/plain' })]);
      if (isTaken) composers.withdraw(peerId, text);
    },
    [attachments, composers, peerId, t],
  );
}
