import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TransferView } from '../../../src-shared/ipc/attachment-views.ts';
import type { RowId } from '../../../src-shared/kernel/ids.ts';

export type TransfersState = {
  /** Under way, or failed: by the message whose bytes they are. */
  readonly byRowId: ReadonlyMap<RowId, TransferView>;
};
export type TransfersStore = StoreApi<TransfersState>;

/** The transfers of one account. */
export function createTransfersStore(): TransfersStore {
  return createStore<TransfersState>(() => ({ byRowId: new Map() }));
}

/** A file is being written to the connection: nothing else can be meanwhile. */
export const selectIsUploading = ({ byRowId }: TransfersState): boolean =>
  [...byRowId.values()].some(({ direction, phase }) => direction === 'up' && phase === 'running');

/** Some transfers are as they are now. Those that are done or were cancelled are forgotten: the message says the rest. */
export function withTransfers(state: TransfersState, transfers: readonly TransferView[]): TransfersState {
  const byRowId = new Map(state.byRowId);
  for (const transfer of transfers) {
    if (transfer.phase === 'done' || transfer.phase === 'cancelled') byRowId.delete(transfer.rowId);
    else byRowId.set(transfer.rowId, transfer);
  }
  return { byRowId };
}
