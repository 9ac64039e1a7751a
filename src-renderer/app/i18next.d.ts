import 'i18next';
import type { texts } from '../../src-shared/i18n/keys.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    /** A key that does not exist does not compile. */
    resources: { translation: (typeof texts)['en'] };
  }
}
