import type { TFunction } from 'i18next';
import type { AppError } from '../../src-shared/kernel/app-error.ts';

/** A failure in words: the server's own where it said some, else ours. */
export function errorText(t: TFunction, error: AppError): string {
  if (error.serverText !== undefined && error.serverText !== '') {
    return t('common.serverSaid', { text: error.serverText });
  }
  return t(`error.${error.code}`);
}
