import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { selectIsUploading } from '../features/media/transfers-store.ts';
import { UploadUnderWay } from '../ui/upload-under-way.ts';
import type { Workspace } from './workspace.ts';

/** Tells all that is within whether a file is on its way out. What does not ask is not drawn again. */
export function UploadWatch({ workspace, children }: { workspace: Workspace; children: ReactNode }) {
  const isUploading = useStore(workspace.transfers, selectIsUploading);
  return <UploadUnderWay value={isUploading}>{children}</UploadUnderWay>;
}
