/** What a person can choose. Kept by the main process, one file per profile. */
export const themes = ['system', 'light', 'dark'] as const;
export const locales = ['system', 'en', 'zh-CN'] as const;
export const sendKeys = ['enter', 'mod-enter'] as const;

export type Theme = (typeof themes)[number];
export type LocaleChoice = (typeof locales)[number];
export type Locale = Exclude<LocaleChoice, 'system'>;

export const sidebarWidth = { min: 240, initial: 300, max: 420 } as const;

/** The language to show for a system locale such as `zh-Hant-TW` or `de`: Chinese for any Chinese, English otherwise. */
export function localeFor(choice: LocaleChoice, systemLocale: string): Locale {
  if (choice !== 'system') return choice;
  return /^zh\b/i.test(systemLocale) ? 'zh-CN' : 'en';
}
