import { useCallback, useEffect, useRef, useState } from 'react';
import type { AppErrorCode } from '../../../src-shared/kernel/app-error.ts';
import type { ServerUrl } from '../../../src-shared/kernel/ids.ts';
import type { Bridge } from '../../../src-shared/ipc/contract.ts';
import type { ProbeStep } from '../../../src-shared/ipc/views.ts';
import { withProbeStep } from './probe-steps.tsx';

export type Probe = {
  readonly phase: 'idle' | 'running' | 'failed' | 'plain-public';
  readonly steps: readonly ProbeStep[];
  readonly error: AppErrorCode | null;
  /** The address in normal form, once a server answered there. */
  readonly serverUrl: ServerUrl | null;
};

const idle: Probe = { phase: 'idle', steps: [], error: null, serverUrl: null };

type ProbeControl = {
  readonly probe: Probe;
  /** Tests an address. Only the newest test counts: an earlier one that is under way is forgotten. */
  readonly start: (address: string) => Promise<void>;
  readonly forget: () => void;
};

/** The test of an address before anyone types a password there. `onFound`: a server is there, and the way to it is fine. */
export function useProbe(bridge: Bridge, onFound: (serverUrl: ServerUrl) => void): ProbeControl {
  const [probe, setProbe] = useState(idle);
  const currentId = useRef('');

  useEffect(
    () =>
      bridge.on['servers:probed'](({ probeId, step }) => {
        if (probeId !== currentId.current) return;
        setProbe((state) => ({ ...state, steps: withProbeStep(state.steps, step) }));
      }),
    [bridge],
  );

  const forget = useCallback(() => {
    currentId.current = '';
    setProbe(idle);
  }, []);

  const start = async (address: string): Promise<void> => {
    const probeId = crypto.randomUUID();
    currentId.current = probeId;
    setProbe({ ...idle, phase: 'running' });
    const result = await bridge['servers:probe']({ address, probeId });
    if (probeId !== currentId.current) return;
    if (!result.ok) {
      setProbe((state) => ({ ...state, phase: 'failed', error: result.error.code }));
    } else if (result.value.isPlainPublic) {
      setProbe((state) => ({ ...state, phase: 'plain-public', serverUrl: result.value.serverUrl }));
    } else {
      onFound(result.value.serverUrl);
    }
  };
  return { probe, start, forget };
}
