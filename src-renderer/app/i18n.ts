import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Locale } from '../../src-shared/domain/settings.ts';
import { texts } from '../../src-shared/i18n/keys.ts';

/** Makes the words ready, at once: they are part of the program. Called before the first render. */
export function setUpI18n(locale: Locale): void {
  void i18next.use(initReactI18next).init({
    lng: locale,
    fallbackLng: 'en',
    supportedLngs: ['en', 'zh-CN'] satisfies Locale[],
    resources: { en: { translation: texts.en }, 'zh-CN': { translation: texts['zh-CN'] } },
    // React escapes; doing it twice would show "&amp;" in names.
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  document.documentElement.lang = locale;
}

/** Changes the language of the whole window, live. */
export function showLocale(locale: Locale): void {
  document.documentElement.lang = locale;
  if (i18next.language !== locale) void i18next.changeLanguage(locale);
}
