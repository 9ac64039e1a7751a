import { Languages } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Locale } from '../../../src-shared/domain/settings.ts';
import { Icon } from '../../ui/icon.tsx';
import './language-switch.css';

const languages = [
  { locale: 'en', name: 'English' },
  { locale: 'zh-CN', name: '简体中文' },
] as const satisfies readonly { locale: Locale; name: string }[];

/** Each language by its own name, so that it is found by those who read no other. */
export function LanguageSwitch({ locale, onChange }: { locale: Locale; onChange: (locale: Locale) => void }) {
  const { t } = useTranslation();
  return (
    <fieldset className="language-switch" aria-label={t('settings.language')}>
      <Icon of={Languages} size={14} />
      {languages.map((language) => (
        <button
          key={language.locale}
          type="button"
          lang={language.locale}
          aria-pressed={language.locale === locale}
          onClick={() => onChange(language.locale)}
        >
          {language.name}
        </button>
      ))}
    </fieldset>
  );
}
