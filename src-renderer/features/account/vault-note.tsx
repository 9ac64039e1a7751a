import { useTranslation } from 'react-i18next';
import type { SessionView } from '../../../src-shared/ipc/views.ts';
import { Radio } from '../../ui/choice.tsx';
import { Note } from '../../ui/note.tsx';

type VaultNoteProps = {
  vault: 'none' | 'locked';
  history: SessionView['history'];
  onHistory: (history: SessionView['history']) => void;
};

/** Said plainly where there is no keychain, or one that did not open; without one the person chooses what is kept. */
export function VaultNote({ vault, history, onHistory }: VaultNoteProps) {
  const { t } = useTranslation();
  if (vault === 'locked') return <Note tone="key">{t('auth.vaultLocked')}</Note>;
  return (
    <>
      <Note tone="key">{t('auth.vaultNone')}</Note>
      <fieldset className="history-choice">
        <legend className="field-label">{t('auth.history')}</legend>
        <Radio
          name="history"
          label={t('auth.historyMemory')}
          hint={t('auth.historyMemoryHint')}
          checked={history === 'memory'}
          onChange={() => onHistory('memory')}
        />
        <Radio
          name="history"
          label={t('auth.historyKeyFile')}
          hint={t('auth.historyKeyFileHint')}
          checked={history === 'key-file'}
          onChange={() => onHistory('key-file')}
        />
      </fieldset>
    </>
  );
}
