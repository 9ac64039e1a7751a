import { useTranslation } from 'react-i18next';
import { AlertDialog } from '../../ui/alert-dialog.tsx';
import type { PersonActions } from './use-person-actions.ts';

/** Asks before what cannot be taken back lightly, in plain words of what will happen. */
export function PersonQuestionDialog({ name, actions }: { name: string; actions: PersonActions }) {
  const { t } = useTranslation();
  const { question } = actions;
  if (question === null) return null;
  return (
    <AlertDialog
      title={t(`person.${question}Title`, { name })}
      confirmLabel={t(`person.${question}`)}
      cancelLabel={t('common.cancel')}
      onClose={() => actions.ask(null)}
      onConfirm={actions.confirm}
    >
      <p className="person-question">{t(`person.${question}Text`, { name })}</p>
    </AlertDialog>
  );
}
