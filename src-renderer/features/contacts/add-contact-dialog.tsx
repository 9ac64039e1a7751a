import { Copy } from 'lucide-react';
import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { TFunction } from 'i18next';
import type { Bridge } from '../../../src-shared/ipc/contract.ts';
import type { AccountView, ContactView } from '../../../src-shared/ipc/views.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { errorText } from '../../ui/error-text.ts';
import { TextField } from '../../ui/field.tsx';
import { withContact, type ContactsStore } from './contacts-store.ts';
import { parseWantedId, type WantedIdProblem } from './wanted-id.ts';
import './add-contact-dialog.css';

type AddContactDialogProps = {
  bridge: Bridge;
  store: ContactsStore;
  account: AccountView;
  /** Filled in for someone who is known by id already. */
  initialId: string;
  onCopyId: () => void;
  onClose: () => void;
  onAdded: (contact: ContactView) => void;
  /** What is said for a moment: nothing behind the dialog is seen or heard. */
  toast: ReactNode;
};

/** Adds someone by the number on their card. Stays, with what was typed, until it worked or the person gives up. */
export function AddContactDialog(props: AddContactDialogProps) {
  const { bridge, store, account, onCopyId, onClose, onAdded, toast } = props;
  const { t } = useTranslation();
  const formId = useId();
  const [typed, setTyped] = useState(props.initialId);
  const [complaint, setComplaint] = useState<string | undefined>();
  const [isBusy, setIsBusy] = useState(false);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isBusy) return;
    const wanted = parseWantedId(typed, account, store.getState().byId);
    if (!wanted.ok) {
      setComplaint(problemText(t, wanted.error));
      return;
    }
    setIsBusy(true);
    const result = await bridge['contacts:add']({ userId: wanted.value });
    setIsBusy(false);
    if (result.ok) {
      store.setState((state) => withContact(state, result.value));
      onAdded(result.value);
    } else {
      setComplaint(errorText(t, result.error));
    }
  };

  return (
    <Dialog
      title={t('addContact.title')}
      closeLabel={t('common.close')}
      onClose={onClose}
      footer={
        <>
          <span className="my-id">
            {t('addContact.yourId')} <strong className="numeric">{account.userId}</strong>
            <IconButton icon={Copy} size="small" label={t('me.copyId')} onClick={onCopyId} />
          </span>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" form={formId} variant="primary" busy={isBusy}>
            {t('addContact.add')}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void submit(event)} noValidate>
        <TextField
          label={t('addContact.userId')}
          hint={t('addContact.hint')}
          error={complaint}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setComplaint(undefined);
          }}
          autoComplete="off"
        />
      </form>
      {toast}
    </Dialog>
  );
}

function problemText(t: TFunction, problem: WantedIdProblem): string {
  switch (problem.kind) {
    case 'already':
      return t('addContact.already', { name: problem.contact.username });
    case 'otherServer':
      return t('addContact.otherServer', { server: problem.server });
    case 'missing':
    case 'invalid':
    case 'self':
      return t(`addContact.${problem.kind}`);
  }
}
