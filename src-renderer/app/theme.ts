import type { Theme } from '../../src-shared/domain/settings.ts';

/** Shows a theme, and while it is `system` follows the system. @returns stops following. */
export function showTheme(theme: Theme): () => void {
  const systemIsDark = window.matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    const isDark = theme === 'dark' || (theme === 'system' && systemIsDark.matches);
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
  };
  apply();
  systemIsDark.addEventListener('change', apply);
  return () => systemIsDark.removeEventListener('change', apply);
}
