import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { excessOf, isKeepable } from './composers.ts';

type ExcessNoteProps = {
  /** What describes the box by it. */
  id: string;
  text: string;
  /** Sends the text as a file. */
  onAsFile: (text: string) => unknown;
};

/** Says by how much a text is too long to be a message, and what can be done. Nothing where it is not. */
export function ExcessNote({ id, text, onAsFile }: ExcessNoteProps) {
  const { t } = useTranslation();
  const excess = excessOf(text.trim());
  if (excess === 0) return null;
  return (
    <div className="composer-note composer-excess">
      <output id={id}>
        {t('composer.tooLong', { count: excess })}{' '}
        {!isKeepable(text) && (
          <>
            <br />
            {t('composer.notKept')}
          </>
        )}
      </output>
      <Button variant="link" onClick={() => onAsFile(text)}>
        {t('composer.sendAsFile')}
      </Button>
    </div>
  );
}
