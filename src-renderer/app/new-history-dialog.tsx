import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Bridge } from '../../src-shared/ipc/contract.ts';
import type { AppError } from '../../src-shared/kernel/app-error.ts';
import { AlertDialog } from '../ui/alert-dialog.tsx';
import { errorText } from '../ui/error-text.ts';
import { Note } from '../ui/note.tsx';

/** Sets a history aside that cannot be opened, and begins a new one: explained first, then asked once more (safety R20). */
export function NewHistoryDialog({ bridge, onClose }: { bridge: Bridge; onClose: () => void }) {
  const { t } = useTranslation();
  const [isSure, setIsSure] = useState(false);
  const [problem, setProblem] = useState<AppError | null>(null);
  const begin = async (): Promise<void> => {
    const result = await bridge['history:startNew']({});
    if (result.ok) onClose();
    else setProblem(result.error);
  };
  if (!isSure)
    return (
      <AlertDialog
        key="explained"
        title={t('locked.title')}
        confirmLabel={t('locked.continue')}
        cancelLabel={t('common.cancel')}
        onConfirm={() => setIsSure(true)}
        onClose={onClose}
      >
        <p>{t('locked.text')}</p>
        <p>{t('locked.set')}</p>
      </AlertDialog>
    );
  return (
    <AlertDialog
      key="asked"
      title={t('locked.sureTitle')}
      confirmLabel={t('locked.confirm')}
      cancelLabel={t('common.cancel')}
      onConfirm={() => void begin()}
      onClose={onClose}
    >
      <p>{t('locked.sureText')}</p>
      {problem !== null && <Note tone="bad">{t('locked.failed', { reason: errorText(t, problem) })}</Note>}
    </AlertDialog>
  );
}
