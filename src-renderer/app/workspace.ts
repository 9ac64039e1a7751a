import type { Bridge, EventOf } from '../../src-shared/ipc/contract.ts';
import type { Snapshot, ViewedView } from '../../src-shared/ipc/views.ts';
import type { BlobId } from '../../src-shared/kernel/ids.ts';
import {
  createContactsStore,
  withChangedContacts,
  withContacts,
  type ContactsStore,
} from '../features/contacts/contacts-store.ts';
import { createComposers, type Composers, type ComposersState } from '../features/composer/composers.ts';
import type { MediaKit } from '../features/media/media-kit.ts';
import { blobUrl } from '../features/media/media-url.ts';
import { createAnimatedPictures } from '../features/media/animated-pictures.ts';
import { createPictures, createThumbs, type Pictures } from '../features/media/picture-work.ts';
import { createStagedThumbs, type StagedThumbs } from '../features/media/staged-thumbs.ts';
import { startPictureWorker } from '../features/media/start-picture-worker.ts';
import { createTransfersStore, withTransfers, type TransfersStore } from '../features/media/transfers-store.ts';
import { createAttachments, type Attachments } from '../features/attachments/attachments.ts';
import { createDropStore, type DropStore } from '../features/attachments/file-drops.ts';
import { createSearcher, type Searcher } from '../features/search/searcher.ts';
import {
  createMessagesStore,
  wireMessages,
  withFirstPage,
  type MessagesStore,
} from '../features/conversation/messages-store.ts';
import {
  createConversationsStore,
  withConversations,
  withHistoryProgress,
  withoutConversations,
  type ConversationsStore,
} from '../features/sidebar/conversations-store.ts';

import { createGate } from './gate.ts';

/** What belongs to one account: made when it logs in, thrown away when it logs out or another takes its place. */
export type Workspace = {
  readonly accountKey: string;
  readonly contacts: ContactsStore;
  readonly conversations: ConversationsStore;
  readonly messages: MessagesStore;
  readonly composers: Composers;
  readonly searcher: Searcher;
  readonly transfers: TransfersStore;
  readonly pictures: Pictures;
  /** Has the small copy of a picture made and kept. */
  readonly wantThumb: MediaKit['wantThumb'];
  readonly stagedThumbs: StagedThumbs;
  readonly isAnimated: (blobId: BlobId) => Promise<boolean>;
  readonly attachments: Attachments;
  readonly drops: DropStore;
  /**
   * Fills in what main has. Events that came before are applied on top of it. `isPageWhole`: the page of messages in it
   * can be shown as it is.
   */
  readonly load: (snapshot: Snapshot, isPageWhole: boolean) => void;
  readonly receiveContacts: (contacts: EventOf<'contacts:changed'>) => void;
  readonly receiveConversations: (conversations: EventOf<'conversations:upserted'>) => void;
  readonly receiveHistoryProgress: (progress: EventOf<'conversations:historyProgress'>) => void;
  readonly receiveTransfers: (transfers: EventOf<'transfers:progressed'>) => void;
  readonly receiveRemovals: (peerIds: EventOf<'conversations:removed'>) => void;
  readonly dispose: () => void;
};

/** Empty stores. They stay empty until {@link Workspace.load}. */
export function createWorkspace(bridge: Bridge, accountKey: string): Workspace {
  const contacts = createContactsStore();
  const conversations = createConversationsStore();
  const messages = createMessagesStore();
  const createCommandId = (): string => crypto.randomUUID();
  const composers = createComposers({ bridge, createCommandId });
  const caption = { take: composers.takeCaption, settle: composers.settleCaption };
  const attachments = createAttachments({ bridge, caption, createCommandId });
  composers.store.subscribe(endOfferWithItsText(attachments));
  const searcher = createSearcher(bridge);
  const transfers = createTransfersStore();
  const pictures = createPictures(startPictureWorker);
  const keepThumb = bridge['attachments:keepThumb'];
  const gate = createGate();
  const unwireMessages = wireMessages(messages, bridge);

  /** The conversation that was left on screen, unless another one was opened meanwhile. */
  function showViewed(viewed: ViewedView | null, isPageWhole: boolean): void {
    if (viewed === null || conversations.getState().viewedPeerId !== null) return;
    if (isPageWhole) messages.setState((state) => withFirstPage(state, viewed));
    conversations.setState({ viewedPeerId: viewed.peerId });
  }

  return {
    accountKey,
    contacts,
    conversations,
    messages,
    composers,
    searcher,
    transfers,
    pictures,
    stagedThumbs: createStagedThumbs(pictures),
    wantThumb: createThumbs({ pictures, keep: keepThumb, urlOf: blobUrl }),
    isAnimated: createAnimatedPictures(blobUrl),
    attachments,
    drops: createDropStore(),
    load: (snapshot, isPageWhole) => {
      contacts.setState((state) => withContacts(state, snapshot.contacts));
      conversations.setState((state) => withConversations(state, snapshot.conversations));
      transfers.setState((state) => withTransfers(state, snapshot.transfers));
      showViewed(snapshot.viewed, isPageWhole);
      gate.open();
    },
    receiveContacts: gate.through((list) => contacts.setState((state) => withChangedContacts(state, list))),
    receiveConversations: gate.through((list) => conversations.setState((state) => withConversations(state, list))),
    receiveHistoryProgress: gate.through((progress) =>
      conversations.setState((state) => withHistoryProgress(state, progress)),
    ),
    receiveTransfers: gate.through((list) => transfers.setState((state) => withTransfers(state, list))),
    receiveRemovals: gate.through((peerIds) => conversations.setState((state) => withoutConversations(state, peerIds))),
    dispose: () => {
      composers.drop();
      attachments.dispose();
      unwireMessages();
      searcher.dispose();
      pictures.dispose();
    },
  };
}

/** A picture is offered beside the text that it came with, for as long as that is in the box. */
function endOfferWithItsText({ store, answerOffer }: Attachments) {
  return ({ boxes }: ComposersState, before: ComposersState): void => {
    const peerId = store.getState().offer?.peerId;
    if (peerId === undefined) return;
    // The paste that brought both is told before its text is in the box.
    const hadText = (before.boxes.get(peerId)?.text ?? '') !== '';
    if (hadText && boxes.get(peerId)?.text === '') answerOffer(false);
  };
}
