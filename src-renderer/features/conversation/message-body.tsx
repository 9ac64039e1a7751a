import { isEmojiOnly, tokenizeMessageText, type Token } from '../../../src-shared/domain/message-text.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import type { MessageMedia } from './message-media.ts';
import './message-body.css';

type MessageBodyProps = { message: MessageView; canTab: boolean; media: MessageMedia };

/** The words of a message, or its file. `canTab`: what can be pressed in it is reached with the Tab key. */
export function MessageBody({ message, canTab, media }: MessageBodyProps) {
  if (message.kind !== 'text') return media.draw(message, canTab);
  if (isEmojiOnly(message.text)) return <div className="message-emoji">{message.text.trim()}</div>;
  return (
    <div className="bubble" dir="auto">
      {tokenizeMessageText(message.text).map((token, at) => (
        // The text of a message does not change, so neither do the places of its parts.
        // eslint-disable-next-line react/no-array-index-key
        <TextToken key={at} token={token} canTab={canTab} />
      ))}
    </div>
  );
}

function TextToken({ token, canTab }: { token: Token; canTab: boolean }) {
  switch (token.kind) {
    case 'text':
      return token.text;
    case 'code':
      return <code className={token.isBlock ? 'block' : undefined}>{token.text}</code>;
    case 'link':
      // Opened by the list, through main, which checks the address once more.
      return (
        <a href={token.href} title={token.href} tabIndex={canTab ? undefined : -1} rel="noreferrer" draggable={false}>
          {token.label}
        </a>
      );
  }
}
