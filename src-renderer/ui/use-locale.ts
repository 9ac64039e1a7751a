import { useTranslation } from 'react-i18next';
import type { Locale } from '../../src-shared/domain/settings.ts';

/** The language that is on screen. */
export function useLocale(): Locale {
  const { i18n } = useTranslation();
  return i18n.language === 'zh-CN' ? 'zh-CN' : 'en';
}
