import type { LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import type { MessageView } from '../../../src-shared/ipc/views.ts';

/** How files and pictures are shown in a conversation, and what can be done with them. Stable while it is on screen. */
export type MessageMedia = {
  readonly draw: (message: MessageView, canTab: boolean) => ReactElement;
  /** Comes first in the menu of the message. */
  readonly menuOf: (message: MessageView) => readonly {
    readonly icon: LucideIcon;
    readonly label: string;
    /** Another computer than the server, which would be asked. */
    readonly host?: string;
    readonly onSelect: () => void;
  }[];
  /** Enter on the message. */
  readonly open: (message: MessageView) => void;
  /** The copy key on a picture. */
  readonly copyImage: (message: MessageView) => void;
};
