import { ChevronRight, Laptop, Server, type LucideIcon } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '../../../src-shared/kernel/app-error.ts';
import type { ServerUrl } from '../../../src-shared/kernel/ids.ts';
import type { Bridge } from '../../../src-shared/ipc/contract.ts';
import { Icon } from '../../ui/icon.tsx';
import { Logo } from '../../ui/logo.tsx';
import { Note } from '../../ui/note.tsx';
import { ConnectForm } from './connect-form.tsx';
import { errorText } from '../../ui/error-text.ts';

type FirstStartProps = {
  bridge: Bridge;
  servers: readonly ServerUrl[];
  /** Filled in, with the form open, when the person came back to change it. */
  initialAddress: string | null;
  /** `isLocal`: it is the server on this computer, where nobody has an account yet. */
  onServer: (serverUrl: ServerUrl, isLocal: boolean) => void;
};

/** Where messages are to be kept: here, or on a server that someone runs. */
export function FirstStart({ bridge, servers, initialAddress, onServer }: FirstStartProps) {
  const { t } = useTranslation();
  const [isAddressOpen, setIsAddressOpen] = useState(initialAddress !== null);
  const [isStarting, setIsStarting] = useState(false);
  const [error, setError] = useState<AppError | null>(null);

  const startLocal = async (): Promise<void> => {
    if (isStarting) return;
    setIsStarting(true);
    setError(null);
    const result = await bridge['hosting:startLocal']({});
    setIsStarting(false);
    if (result.ok) onServer(result.value.serverUrl, true);
    else setError(result.error);
  };

  return (
    <div className="account-column wide">
      <div>
        <Logo size={48} />
        <h1 className="welcome">{t('start.title')}</h1>
        <p className="lede">{t('start.lede')}</p>
      </div>
      <div className="paths">
        <Path
          icon={Laptop}
          title={t('start.local')}
          hint={isStarting ? t('start.localStarting') : t('start.localHint')}
          isBusy={isStarting}
          onChoose={() => void startLocal()}
        />
        {isAddressOpen ? (
          <section className="path-open">
            <h2>
              <Icon of={Server} size={20} />
              {t('start.remote')}
            </h2>
            <ConnectForm
              bridge={bridge}
              servers={servers}
              initialAddress={initialAddress ?? ''}
              onFound={(serverUrl) => onServer(serverUrl, false)}
            />
          </section>
        ) : (
          <Path
            icon={Server}
            title={t('start.remote')}
            hint={t('start.remoteHint')}
            isBusy={false}
            onChoose={() => setIsAddressOpen(true)}
          />
        )}
      </div>
      {error !== null && <Note tone="bad">{errorText(t, error)}</Note>}
    </div>
  );
}

type PathProps = { icon: LucideIcon; title: string; hint: string; isBusy: boolean; onChoose: () => void };

function Path({ icon, title, hint, isBusy, onChoose }: PathProps) {
  const id = useId();
  return (
    <button
      type="button"
      className="path"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-hint`}
      aria-disabled={isBusy || undefined}
      onClick={onChoose}
    >
      <Icon of={icon} size={20} />
      <strong id={`${id}-title`}>{title}</strong>
      <Icon of={ChevronRight} />
      <span className="path-hint" id={`${id}-hint`}>
        {hint}
      </span>
    </button>
  );
}
