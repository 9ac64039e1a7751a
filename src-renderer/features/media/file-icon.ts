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

const kinds: readonly (readonly [LucideIcon, string])[] = [
  [FileText, 'pdf doc docx odt rtf txt md pages epub tex log'],
  [FileSpreadsheet, 'xls xlsx ods csv tsv numbers'],
  [Presentation, 'ppt pptx odp key'],
  [FileImage, 'png jpg jpeg gif webp avif heic tif tiff bmp svg psd raw dng'],
  [FilePlay, 'mp4 mov mkv avi webm m4v'],
  [FileHeadphone, 'mp3 wav flac ogg m4a aac opus'],
  [FileArchive, 'zip rar 7z tar gz bz2 xz zst'],
  [FileCode, 'json xml yml yaml html css ts tsx jsx c h cpp rs go java kt swift'],
];
const byExtension = new Map(
  kinds.flatMap(([icon, extensions]) => extensions.split(' ').map((extension) => [extension, icon] as const)),
);

/** The picture of a file's kind, by its extension: for looks alone. `canRun`: it may do harm (safety T6). */
export function fileIcon(name: string, canRun: boolean): LucideIcon {
  if (canRun) return FileTerminal;
  return byExtension.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase()) ?? File;
}
