import type { StagedView, TrayView } from '../../src-shared/ipc/attachment-views.ts';
import { stagedId, userId } from '../../src-shared/kernel/ids.ts';
import { ok, type Result } from '../../src-shared/kernel/result.ts';
import type { FakeBridge } from './fake-bridge.ts';

/** A file in a tray, with an id made of its name. */
export function aStaged(name: string, rest: Partial<StagedView> = {}): StagedView {
  return {
    stagedId: stagedId(name),
    name,
    sizeBytes: 1_000_000,
    kind: 'file',
    width: null,
    height: null,
    isAsFile: false,
    hasMetadata: false,
    keepsMetadata: false,
    problem: null,
    ...rest,
  };
}

let lastVersion = 0;

export function aTray(peerId: number, staged: StagedView[], rest: Partial<TrayView> = {}): TrayView {
  lastVersion += 1;
  return { peerId: userId(peerId), version: lastVersion, staged, maxFileBytes: 100_000_000, preparing: null, ...rest };
}

/** Lets a fake bridge keep trays as main does. @returns what is in the tray of one person. */
export function keepTrays(fake: FakeBridge, initial: readonly TrayView[] = []): (peerId: number) => StagedView[] {
  const trays = new Map(initial.map((tray) => [Number(tray.peerId), tray]));
  const of = (peerId: number): StagedView[] => trays.get(peerId)?.staged ?? [];
  const set = (peerId: number, staged: StagedView[]): Result<TrayView> => {
    trays.set(peerId, aTray(peerId, staged));
    return ok(aTray(peerId, staged));
  };
  fake.answer('attachments:stage', ({ peerId, files }) => {
    set(peerId, [...of(peerId), ...files.map(({ name }) => aStaged(name))]);
    return ok({ tray: aTray(peerId, of(peerId)), notTaken: [] });
  });
  fake.answer('attachments:getTray', ({ peerId }) => set(peerId, of(peerId)));
  fake.answer('attachments:unstage', ({ peerId, stagedIds }) =>
    set(
      peerId,
      of(peerId).filter((one) => !stagedIds.includes(one.stagedId)),
    ),
  );
  fake.answer('attachments:arrange', ({ peerId, stagedIds }) =>
    set(
      peerId,
      stagedIds.flatMap((id) => of(peerId).filter((one) => one.stagedId === id)),
    ),
  );
  fake.answer('attachments:setStaged', ({ peerId, stagedId: id, ...choice }) =>
    set(
      peerId,
      of(peerId).map((one) => (one.stagedId === id ? { ...one, ...choice } : one)),
    ),
  );
  fake.answer('attachments:send', ({ peerId, stagedIds }) => {
    set(
      peerId,
      of(peerId).filter((one) => !stagedIds.includes(one.stagedId)),
    );
    return ok({ sentCount: stagedIds.length, tray: aTray(peerId, of(peerId)) });
  });
  return of;
}
