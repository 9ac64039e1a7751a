import { KeyRound, MonitorSmartphone, RefreshCw, WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Bridge } from '../../../src-shared/ipc/contract.ts';
import type { ConnectionView } from '../../../src-shared/ipc/views.ts';
import { Bar } from '../../ui/bar.tsx';
import { Button } from '../../ui/button.tsx';
import { useNow } from '../../ui/use-now.ts';

/** A blink of the line is not worth a bar. */
const patienceMs = 1_000;

type ConnectionBarProps = {
  bridge: Bridge;
  connection: ConnectionView;
  isExpired: boolean;
  onLogIn: () => void;
};

/** Says that there is no line, and when it is tried again. Nothing while all is well. */
export function ConnectionBar({ bridge, connection, isExpired, onLogIn }: ConnectionBarProps) {
  const { t } = useTranslation();
  const isDown = connection.phase === 'offline' || connection.phase === 'connecting';
  const hasPatienceEnded = useHasLasted(isDown, patienceMs);
  if (isExpired) {
    return (
      <Bar
        icon={KeyRound}
        tone="caution"
        text={t('connection.expired')}
        actions={
          <Button variant="link" onClick={onLogIn}>
            {t('auth.login')}
          </Button>
        }
      />
    );
  }
  if (connection.phase === 'paused') {
    return (
      <Bar
        icon={MonitorSmartphone}
        tone="caution"
        text={t('connection.paused')}
        actions={
          <Button variant="link" onClick={() => void bridge['connection:retryNow']({})}>
            {t('connection.resume')}
          </Button>
        }
      />
    );
  }
  if (!hasPatienceEnded) return null;
  // The same word stands under the person's name, and is read out there.
  if (connection.phase === 'connecting') return <Bar icon={RefreshCw} text={t('connection.connecting')} isSilent />;
  return <OfflineBar bridge={bridge} nextAttemptAtMs={connection.nextAttemptAtMs} />;
}

function OfflineBar({ bridge, nextAttemptAtMs }: { bridge: Bridge; nextAttemptAtMs: number | null }) {
  const { t } = useTranslation();
  return (
    <Bar
      icon={WifiOff}
      text={t('connection.offlineLong')}
      aside={nextAttemptAtMs !== null && <Countdown key={nextAttemptAtMs} toMs={nextAttemptAtMs} />}
      actions={
        <Button variant="link" onClick={() => void bridge['connection:retryNow']({})}>
          {t('connection.tryNow')}
        </Button>
      }
    />
  );
}

function Countdown({ toMs }: { toMs: number }) {
  const { t } = useTranslation();
  const seconds = Math.ceil((toMs - useNow(1_000)) / 1_000);
  return seconds > 0 && ` · ${t('connection.nextTry', { seconds })}`;
}

/** Whether something has been so for `forMs` without a break. */
function useHasLasted(isSo: boolean, forMs: number): boolean {
  const [hasLasted, setHasLasted] = useState(false);
  useEffect(() => {
    if (!isSo) return undefined;
    const timer = setTimeout(() => setHasLasted(true), forMs);
    return () => {
      clearTimeout(timer);
      setHasLasted(false);
    };
  }, [isSo, forMs]);
  return isSo && hasLasted;
}
