import { sniffBytes, type ByteType } from './sniff.ts';

/** Which picture stands for a file. */
export type FileIcon =
  | 'text'
  | 'sheet'
  | 'slides'
  | 'image'
  | 'video'
  | 'audio'
  | 'archive'
  | 'code'
  | 'program'
  | 'other';

export type FileKind = {
  readonly icon: FileIcon;
  /** It does something when it is opened: told beforehand, and never opened from here (safety T6). */
  readonly canRun: boolean;
  /** Its name and its bytes both say that it is of a kind that only shows something. */
  readonly mayOpen: boolean;
};

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/** What systems run, install, mount, import or follow when it is opened (safety T6). */
const dangerous: ReadonlySet<string> = new Set(
  words(`
    action ade adp air apk app appimage appinstaller application appref-ms appx appxbundle asp aspx bas bash bat bin
    cab cdxml chm class cmd com command contact cpl crx csh deb desktop deskthemepack diagcab diagcfg dll dmg docm dotm
    exe fish flatpakref flatpakrepo gadget grp hlp hta img inf ins iqy iso isp jar jnlp job js jse ksh kts lib
    library-ms lnk lua mad maf mag mam maq mar mas mat mau mav maw mcf mda mdb mde mdt mdw mdz mht mhtml mobileconfig
    mpkg msc msh msh1 msh2 mshxml msi msix msixbundle msp mst msu nsh ocx one onepkg oqy osd out pcd pif pkg pl plg
    potm ppam ppkg ppsm pptm prf prg ps1 ps1xml ps2 ps2xml psc1 psc2 psd1 psm1 psrc pst py pyc pyo pyw pyz pyzw rb rdp
    reg rpm rqy run scf scpt scptd scr sct search-ms searchconnector-ms service settingcontent-ms sh shb shs slk sldm
    snap so sys terminal theme themepack timer tool udl url vb vbe vbp vbs vhd vhdx vmdk vsix vsmacros vsw vxd webloc
    website workflow ws wsc wsf wsh xap xbap xla xlam xll xlm xlsb xlsm xltm xnk xpi zsh
  `),
);

const icons: Readonly<Record<Exclude<FileIcon, 'program' | 'other'>, readonly string[]>> = {
  text: words('txt text md markdown log rtf pdf doc docx docm dot dotx odt pages epub tex ps djvu xps'),
  sheet: words('csv tsv xls xlsx xlsm xlsb ods numbers'),
  slides: words('ppt pptx pptm pps ppsx odp key'),
  image: words(
    'png jpg jpeg jpe jfif gif webp bmp tif tiff ico heic heif avif svg svgz psd jxl raw dng cr2 nef arw xcf',
  ),
  video: words('mp4 m4v mov webm mkv avi wmv flv mpg mpeg 3gp ogv ts m2ts'),
  audio: words('mp3 m4a aac ogg oga opus wav flac wma mid midi aiff aif amr'),
  archive: words('zip rar 7z gz tgz bz2 tbz xz txz zst tar iso lz lzma z'),
  code: words(`html htm xhtml xml css scss less js mjs cjs jsx tsx mts cts json jsonc yaml yml toml ini conf c h cc cpp
    hpp cs java kt go rs swift php rb py pl sh sql vue svelte diff patch ipynb`),
};
const iconByExtension = new Map(
  Object.entries(icons).flatMap(([icon, extensions]) => extensions.map((name) => [name, icon as FileIcon] as const)),
);

const iconByBytes: Readonly<Record<ByteType, FileIcon>> = {
  png: 'image',
  jpeg: 'image',
  gif: 'image',
  webp: 'image',
  'other-image': 'image',
  pdf: 'text',
  zip: 'archive',
  archive: 'archive',
  office: 'text',
  audio: 'audio',
  video: 'video',
  program: 'program',
  script: 'program',
  shortcut: 'program',
  disk: 'archive',
  markup: 'code',
  text: 'text',
  unknown: 'other',
};

const pictures: readonly ByteType[] = ['png', 'jpeg', 'gif', 'webp', 'other-image'];
/** Kinds that only show something, and what their bytes must be. Nothing with macros, links to programs or markup. */
const openable = new Map<string, readonly ByteType[]>([
  ...words('png jpg jpeg jpe jfif gif webp bmp tif tiff heic heif avif').map((name) => [name, pictures] as const),
  ...words('txt text md markdown log csv tsv').map((name) => [name, ['text']] as const),
  ...words('docx xlsx pptx odt ods odp').map((name) => [name, ['zip']] as const),
  ...words('mp3 m4a aac ogg oga opus wav flac').map((name) => [name, ['audio', 'video']] as const),
  ...words('mp4 m4v mov webm mkv avi ogv').map((name) => [name, ['video', 'audio']] as const),
  ['pdf', ['pdf']],
]);

/**
 * What a file is, told by its name and by its first bytes (64 KiB are enough), where those are known. What either of
 * them says can run, can run. Without the bytes nothing may be opened.
 */
export function fileKindOf(name: string, firstBytes: Uint8Array | null): FileKind {
  const extension = extensionOf(name);
  const bytes = firstBytes === null ? 'unknown' : sniffBytes(firstBytes);
  const byBytes = iconByBytes[bytes];
  const canRun = dangerous.has(extension) || byBytes === 'program' || bytes === 'disk';
  const mayOpen = !canRun && firstBytes !== null && openable.get(extension)?.includes(bytes) === true;
  return { icon: canRun ? 'program' : (iconByExtension.get(extension) ?? byBytes), canRun, mayOpen };
}

/** Lower case, without the dot; "" where there is none. Windows leaves out dots and spaces at the end of a name. */
export function extensionOf(name: string): string {
  // A stream of a file on Windows (`a.exe:x`) is part of that file.
  const file = (name.split(':', 1)[0] ?? '').replace(/[\s.\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\0]+$/, '');
  const dot = file.lastIndexOf('.');
  return dot === -1 ? '' : file.slice(dot + 1).toLowerCase();
}
