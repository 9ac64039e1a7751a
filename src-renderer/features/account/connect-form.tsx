import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { ServerUrl } from '../../../src-shared/kernel/ids.ts';
import type { Bridge } from '../../../src-shared/ipc/contract.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Note } from '../../ui/note.tsx';
import { ProbeSteps } from './probe-steps.tsx';
import { useProbe } from './use-probe.ts';

type ConnectFormProps = {
  bridge: Bridge;
  initialAddress: string;
  /** Servers that were used before, the latest first. */
  servers: readonly ServerUrl[];
  onFound: (serverUrl: ServerUrl) => void;
};

/** The person has just asked for this form. */
const focusOnMount = (input: HTMLInputElement | null): void => input?.focus();

const scrollIntoView = (element: HTMLElement | null): void => element?.scrollIntoView({ block: 'nearest' });

/** An address, its test step by step, and a caution where the way there can be read by others. */
export function ConnectForm({ bridge, initialAddress, servers, onFound }: ConnectFormProps) {
  const { t } = useTranslation();
  const [address, setAddress] = useState(initialAddress);
  const [isMissing, setIsMissing] = useState(false);
  const { probe, start, forget } = useProbe(bridge, onFound);
  const isRunning = probe.phase === 'running';

  const connect = (to: string): void => {
    setAddress(to);
    setIsMissing(to.trim() === '');
    if (to.trim() !== '') void start(to.trim());
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isRunning) connect(address);
  };
  const complaint = isMissing
    ? t('start.addressMissing')
    : probe.error === null
      ? undefined
      : t(`error.${probe.error}`);

  return (
    <form className="connect-form" onSubmit={submit} noValidate>
      <div className="connect-line">
        <TextField
          label={t('start.address')}
          error={complaint}
          value={address}
          onChange={(event) => {
            setAddress(event.target.value);
            setIsMissing(false);
            forget();
          }}
          inputMode="url"
          autoComplete="off"
          autoCapitalize="off"
          ref={focusOnMount}
        />
        <Button type="submit" variant="primary" size="large" busy={isRunning}>
          {t('start.connect')}
        </Button>
      </div>
      {probe.steps.length > 0 && <ProbeSteps steps={probe.steps} />}
      {probe.phase === 'plain-public' && probe.serverUrl !== null && (
        <PlainPublicNote serverUrl={probe.serverUrl} onConnect={connect} onContinue={onFound} />
      )}
      {probe.phase === 'idle' && servers.length > 0 && (
        <div>
          <h3 className="field-label">{t('start.usedBefore')}</h3>
          <ul className="used-servers" aria-label={t('start.usedBefore')}>
            {servers.map((server) => (
              <li key={server}>
                <button type="button" className="used-server ellipsis" onClick={() => connect(server)}>
                  {server}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </form>
  );
}

type PlainPublicNoteProps = {
  serverUrl: ServerUrl;
  onConnect: (address: string) => void;
  onContinue: (serverUrl: ServerUrl) => void;
};

function PlainPublicNote({ serverUrl, onConnect, onContinue }: PlainPublicNoteProps) {
  const { t } = useTranslation();
  return (
    <Note tone="caution">
      <p role="alert">{t('start.plainPublic')}</p>
      <div className="note-actions" ref={scrollIntoView}>
        <Button variant="link" onClick={() => onConnect(serverUrl.replace(/^ws:/, 'wss:'))}>
          {t('start.useWss')}
        </Button>
        <Button variant="link" onClick={() => onContinue(serverUrl)}>
          {t('start.continuePlain')}
        </Button>
      </div>
    </Note>
  );
}
