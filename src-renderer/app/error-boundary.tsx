import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Logo } from '../ui/logo.tsx';

/** Catches a bug in what is shown. The truth is with main, so loading the window again loses nothing. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <Crashed /> : this.props.children;
  }
}

/** The window has nothing to show, and says what to do. */
export function Crashed() {
  const { t } = useTranslation();
  return (
    <main className="centred" role="alert">
      <EmptyState
        art={<Logo size={32} />}
        title={t('app.crashed.title')}
        text={t('app.crashed.text')}
        actions={
          <Button variant="primary" onClick={() => window.location.reload()}>
            {t('app.crashed.reload')}
          </Button>
        }
      />
    </main>
  );
}
