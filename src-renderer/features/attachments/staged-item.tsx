import { createContext, use } from 'react';
import { useTranslation } from 'react-i18next';
import type { CustomContainerComponentProps, CustomItemComponentProps } from 'virtua';

/** How many files there are, whatever part of them is in the page. */
export const StagedTotal = createContext(0);

/** The list whose rows come and go as it is scrolled. */
export function StagedItems({ style, ref, children }: CustomContainerComponentProps) {
  const { t } = useTranslation();
  return (
    <ul ref={ref} style={style} aria-label={t('tray.list')}>
      {children}
    </ul>
  );
}

/** The place of one file in it. */
export function StagedItem({ style, index, ref, children }: CustomItemComponentProps) {
  return (
    <li ref={ref} style={style} aria-posinset={index + 1} aria-setsize={use(StagedTotal)}>
      {children}
    </li>
  );
}
