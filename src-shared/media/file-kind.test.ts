import { describe, expect, it } from 'vitest';
import { extensionOf, fileKindOf } from './file-kind.ts';
import { gif, jpeg, latin, png } from './testing/sample-images.ts';

const text = latin('just words');

describe('what can run is told by its name', () => {
  // The list of safety T6.
  const names = (
    'ADE ADP APK BAT CAB CHM CMD COM CPL DIAGCAB DLL DMG EXE HTA INF INS ISP JAR JS JSE LIB LNK MDE MHT MSC MSI MSP ' +
    'MST NSH PIF PS1 PSC1 PSM1 PSRC REG SCR SCT SETTINGCONTENT-MS SHB SYS VB VBE VBS VXD WSC WSF WSH APPREF-MS APPX ' +
    'ISO IMG VHD VHDX LIBRARY-MS SEARCH-MS SCF URL WEBLOC TERMINAL COMMAND PKG APP DESKTOP APPIMAGE SH PY XLL ONE ' +
    'JNLP MSIX DOCM XLSM'
  ).split(' ');
  it.each(names)('%s, however it is written and whatever its bytes are', (extension) => {
    for (const written of [extension, extension.toLowerCase()])
      for (const end of ['', '.', ' ', '...', ' . ', '\u3000', '\u200b', ':stream', '::$DATA'])
        for (const bytes of [null, text, png(1, 1), latin('%PDF-1.4')])
          expect(fileKindOf(`holiday.png.${written}${end}`, bytes), written + end).toEqual({
            icon: 'program',
            canRun: true,
            mayOpen: false,
          });
  });
});

it.each([
  ['a program of Windows', 'MZ\x90\0'],
  ['a program of Linux', '\x7fELF'],
  ['a script', '#!/bin/sh'],
  ['an entry of a desktop', '[Desktop Entry]\nExec=x'],
  ['a link of Windows', 'L\0\0\0\x01\x14\x02\0'],
])('%s can run, whatever its name says', (_, bytes) => {
  for (const name of ['holiday.png', 'notes.txt', 'report.pdf', 'README', ''])
    expect(fileKindOf(name, latin(bytes)), name).toEqual({ icon: 'program', canRun: true, mayOpen: false });
});

it('a file may be opened where its name and its bytes agree on a kind that only shows something', () => {
  expect(fileKindOf('holiday.PNG', png(1, 1))).toEqual({ icon: 'image', canRun: false, mayOpen: true });
  expect(fileKindOf('really a jpeg.png', jpeg(1, 1))).toMatchObject({ mayOpen: true });
  expect(fileKindOf('report.pdf', latin('%PDF-1.7'))).toEqual({ icon: 'text', canRun: false, mayOpen: true });
  expect(fileKindOf('figures.xlsx', latin('PK\x03\x04'))).toEqual({ icon: 'sheet', canRun: false, mayOpen: true });
  expect(fileKindOf('notes.txt', text)).toEqual({ icon: 'text', canRun: false, mayOpen: true });
});

it.each<[string, string, Uint8Array | null]>([
  ['its bytes are not known', 'notes.txt', null],
  ['its bytes are something else', 'report.pdf', text],
  ['its bytes are markup', 'notes.txt', latin('<script>alert(1)</script>')],
  ['it is HTML', 'page.html', latin('<p>')],
  ['it is SVG', 'logo.svg', latin('<svg/>')],
  ['it is an archive', 'all.zip', latin('PK\x03\x04')],
  ['it may hold macros', 'old.doc', latin('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')],
  ['it has no extension', 'README', text],
  ['its name is an image, its bytes are an archive', 'a.gif', latin('PK\x03\x04')],
  ['its name is a document, its bytes are an image', 'a.docx', gif(1, 1)],
])('a file is not opened where %s', (_, name, bytes) => {
  expect(fileKindOf(name, bytes)).toMatchObject({ canRun: false, mayOpen: false });
});

it.each([
  ['a.mp4', 'video'],
  ['a.m4a', 'audio'],
  ['a.tar.gz', 'archive'],
  ['a.pptx', 'slides'],
  ['a.csv', 'sheet'],
  ['a.tsx', 'code'],
  ['a.md', 'text'],
  ['a.svg', 'image'],
  ['a.unheard-of', 'other'],
  ['README', 'other'],
])('%s has the picture of %s', (name, icon) => {
  expect(fileKindOf(name, null).icon).toBe(icon);
});

it('the extension is the last one that a system would see', () => {
  expect(['a.TXT', 'a', '.bashrc', 'a.b.c', 'a.exe. .', 'a.exe:b.txt', '', '...'].map(extensionOf)).toEqual([
    'txt',
    '',
    'bashrc',
    'c',
    'exe',
    'exe',
    '',
    '',
  ]);
});
