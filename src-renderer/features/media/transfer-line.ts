import type { TFunction } from 'i18next';
import type { TransferView } from '../../../src-shared/ipc/attachment-views.ts';
import { formatByteProgress, formatByteSize } from '../../ui/file-text.ts';

/** How far a transfer is, in one line: "29.8 / 48.0 MB · 3.2 MB/s · 6 s". What is not known is left out. */
export function transferLine(t: TFunction, transfer: TransferView, locale: string): string {
  const { phase, doneBytes, totalBytes, bytesPerSecond, error } = transfer;
  if (phase === 'failed') return t(`error.${error ?? 'unexpected'}`);
  const size = totalBytes === null ? null : formatByteSize(totalBytes, locale);
  if (phase === 'waiting') return [size, t('media.waiting')].filter((part) => part !== null).join(' · ');
  const parts = [
    totalBytes === null ? formatByteSize(doneBytes, locale) : formatByteProgress(doneBytes, totalBytes, locale),
  ];
  // All of it written, only the answer is waited for: nobody knows how long.
  if (bytesPerSecond !== null && bytesPerSecond > 0 && doneBytes !== totalBytes) {
    parts.push(`${formatByteSize(bytesPerSecond, locale)}/s`);
    if (totalBytes !== null) parts.push(timeLeft(t, (totalBytes - doneBytes) / bytesPerSecond));
  }
  return parts.join(' · ');
}

function timeLeft(t: TFunction, seconds: number): string {
  if (seconds < 59.5) return t('media.secondsLeft', { value: Math.max(1, Math.round(seconds)) });
  if (seconds < 3_570) return t('media.minutesLeft', { value: Math.round(seconds / 60) });
  return t('media.hoursLeft', { value: Math.round(seconds / 3_600) });
}

/** The part of a transfer that is done, in 0…1. Nothing of it where the whole is not known. */
export function doneShare({ doneBytes, totalBytes }: TransferView): number {
  return totalBytes === null || totalBytes <= 0 ? 0 : Math.min(1, doneBytes / totalBytes);
}
