import {
  File,
  FileArchive,
  FileCode,
  FileHeadphone,
  FileImage,
  FilePlay,
  FileSpreadsheet,
  FileTerminal,
  FileText,
  Presentation,
  type LucideIcon,
} from 'lucide-react';
import { fileKindOf, type FileIcon } from '../../../src-shared/media/file-kind.ts';

const shapes: Readonly<Record<FileIcon, LucideIcon>> = {
  text: FileText,
  sheet: FileSpreadsheet,
  slides: Presentation,
  image: FileImage,
  video: FilePlay,
  audio: FileHeadphone,
  archive: FileArchive,
  code: FileCode,
  program: FileTerminal,
  other: File,
};

/** The picture of a file's kind, as its name says. */
export function fileIcon(name: string): LucideIcon {
  return shapes[fileKindOf(name, null).icon];
}
