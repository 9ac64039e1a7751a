import { CircleAlert, CircleCheck, LoaderCircle, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ProbeStep } from '../../../src-shared/ipc/views.ts';
import { Icon } from '../../ui/icon.tsx';

const icons = {
  running: LoaderCircle,
  passed: CircleCheck,
  failed: CircleAlert,
} satisfies Record<ProbeStep['outcome'], LucideIcon>;

/** A step as it is now: takes the place of what was known of it, or comes last. */
export function withProbeStep(steps: readonly ProbeStep[], step: ProbeStep): readonly ProbeStep[] {
  const isKnown = steps.some((known) => known.step === step.step);
  return isKnown ? steps.map((known) => (known.step === step.step ? step : known)) : [...steps, step];
}

/** How far the test of an address has come, one line for each step. */
export function ProbeSteps({ steps }: { steps: readonly ProbeStep[] }) {
  const { t } = useTranslation();
  return (
    <ul className="probe-steps" aria-label={t('start.steps')}>
      {steps.map(({ step, outcome, detail, elapsedMs }) => (
        <li key={step} className={outcome}>
          <Icon of={icons[outcome]} />
          <span className="grow">{t(`probe.${outcome}.${step}`, { detail })}</span>
          {outcome !== 'running' && (
            <span className="probe-time numeric">{t('probe.elapsed', { ms: Math.round(elapsedMs) })}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
