import type { Bridge } from '../../../src-shared/ipc/contract.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import type { AppError } from '../../../src-shared/kernel/app-error.ts';
import type { Result } from '../../../src-shared/kernel/result.ts';
import { fileKindOf } from '../../../src-shared/media/file-kind.ts';
import { isPicture } from './is-picture.ts';
import type { MediaActions } from './media-kit.ts';
import { blobUrl } from './media-url.ts';
import type { Pictures } from './picture-work.ts';

type MediaActionsDeps = {
  readonly bridge: Bridge;
  readonly pictures: Pictures;
  /** Shows a picture in the viewer. */
  readonly view: (message: MessageView) => void;
  /** Asks before a file that may do harm is shown in its folder. */
  readonly warn: (message: MessageView) => void;
  readonly onSaved: () => void;
  /** It goes before the other files now. */
  readonly onFirst: (message: MessageView) => void;
  readonly onCopied: (isCopied: boolean) => void;
  /** Says why the last thing did not work. */
  readonly report: (error: AppError) => void;
};

/** What can be done with the files and pictures of one conversation. */
export function createMediaActions(deps: MediaActionsDeps): MediaActions {
  const { bridge, pictures } = deps;
  async function run<T>(doing: Promise<Result<T>>, onDone: (value: T) => void = () => {}): Promise<void> {
    const result = await doing;
    if (result.ok) onDone(result.value);
    // Whoever cancels knows.
    else if (result.error.code !== 'cancelled') deps.report(result.error);
  }
  /** What its bytes say is not known here: main may refuse it all the same. */
  async function openFile(message: MessageView): Promise<void> {
    const result = await bridge['attachments:open']({ rowId: message.rowId });
    if (!result.ok && result.error.code === 'file-not-openable') deps.warn(message);
    else if (!result.ok && result.error.code !== 'cancelled') deps.report(result.error);
  }
  return {
    open: (message) => {
      const { canRun, icon } = fileKindOf(message.text, null);
      if (isPicture(message)) deps.view(message);
      else if (canRun) deps.warn(message);
      // Nothing is unpacked here (safety T34), and nothing happens by looking at the folder.
      else if (icon === 'archive') void run(bridge['attachments:showInFolder']({ rowId: message.rowId }));
      else void openFile(message);
    },
    saveAs: ({ rowId }) =>
      void run(bridge['attachments:saveAs']({ rowId }), ({ outcome }) => outcome === 'saved' && deps.onSaved()),
    showInFolder: ({ rowId }) => void run(bridge['attachments:showInFolder']({ rowId })),
    copyImage: (message) => {
      const blobId = message.attachment?.blobId ?? null;
      // Nothing of it is here.
      if (blobId === null) deps.onCopied(false);
      else void copyPicture(pictures, blobUrl(blobId)).then(deps.onCopied);
    },
    // What it comes to is told as a transfer, where it is seen.
    download: (rowId) => void bridge['attachments:download']({ rowId }),
    cancel: (rowId) => void run(bridge['transfers:cancel']({ rowId })),
    sendFirst: (message) =>
      void run(bridge['transfers:sendFirst']({ rowId: message.rowId }), () => deps.onFirst(message)),
    retry: ({ rowId }) => void run(bridge['messages:retry']({ rowId })),
    startDrag: ({ rowId }) => void run(bridge['attachments:startDrag']({ rowId })),
  };
}

/** As PNG, which every program takes. The clipboard waits for it, so that the press that asked for it still counts. */
async function copyPicture(pictures: Pictures, url: string): Promise<boolean> {
  const png = pictures.toPng(url).then((made) => {
    if (made === null) throw new TypeError('no picture');
    return new Blob([made.bytes], { type: 'image/png' });
  });
  return navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]).then(
    () => true,
    () => false,
  );
}
