import { Menu, type BrowserWindow, type MenuItemConstructorOptions } from 'electron';
import type { Labels } from './labels.ts';

type Template = MenuItemConstructorOptions[];
const separator: MenuItemConstructorOptions = { type: 'separator' };

/** Puts up the menus of the program in this language. Call it again when the language changes. */
export function setApplicationMenu(words: Labels, platform: NodeJS.Platform, isPackaged: boolean): void {
  const isMac = platform === 'darwin';
  const template: Template = [
    ...(isMac ? [{ label: 'Kith', submenu: macProgramMenu(words) }] : []),
    {
      label: words.file,
      submenu: [
        { role: 'close', label: words.close },
        ...(isMac ? [] : ([separator, { role: 'quit', label: words.quit }] satisfies Template)),
      ],
    },
    { label: words.edit, submenu: editMenu(words) },
    { label: words.view, submenu: viewMenu(words, isPackaged) },
    { label: words.window, role: 'window', submenu: windowMenu(words, isMac) },
    ...(isMac
      ? []
      : ([{ label: words.help, role: 'help', submenu: [{ role: 'about', label: words.about }] }] satisfies Template)),
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

/** Shows cut, copy and paste for text fields, and copy for selected text, as every program of the system does. */
export function addTextContextMenu(window: BrowserWindow, words: () => Labels): void {
  window.webContents.on('context-menu', (_event, params) => {
    const { isEditable, selectionText, editFlags, x, y } = params;
    if (!isEditable && selectionText.trim() === '') return;
    const { cut, copy, paste, selectAll } = words();
    const template: Template = isEditable
      ? [
          { role: 'cut', label: cut, enabled: editFlags.canCut },
          { role: 'copy', label: copy, enabled: editFlags.canCopy },
          { role: 'paste', label: paste, enabled: editFlags.canPaste },
          separator,
          { role: 'selectAll', label: selectAll, enabled: editFlags.canSelectAll },
        ]
      : [{ role: 'copy', label: copy, enabled: editFlags.canCopy }];
    Menu.buildFromTemplate(template).popup({ window, x, y });
  });
}

function macProgramMenu(words: Labels): Template {
  return [
    { role: 'about', label: words.about },
    separator,
    { role: 'services', label: words.services },
    separator,
    { role: 'hide', label: words.hide },
    { role: 'hideOthers', label: words.hideOthers },
    { role: 'unhide', label: words.showAll },
    separator,
    { role: 'quit', label: words.quit },
  ];
}

function editMenu(words: Labels): Template {
  return [
    { role: 'undo', label: words.undo },
    { role: 'redo', label: words.redo },
    separator,
    { role: 'cut', label: words.cut },
    { role: 'copy', label: words.copy },
    { role: 'paste', label: words.paste },
    { role: 'pasteAndMatchStyle', label: words.pastePlain },
    { role: 'delete', label: words.remove },
    separator,
    { role: 'selectAll', label: words.selectAll },
  ];
}

function viewMenu(words: Labels, isPackaged: boolean): Template {
  return [
    { role: 'resetZoom', label: words.actualSize },
    { role: 'zoomIn', label: words.zoomIn },
    // The plus sign is a shifted equals sign on most keyboards, and nobody presses shift for it.
    {
      role: 'zoomIn',
      label: words.zoomIn,
      accelerator: 'CommandOrControl+=',
      visible: false,
      acceleratorWorksWhenHidden: true,
    },
    { role: 'zoomOut', label: words.zoomOut },
    separator,
    { role: 'togglefullscreen', label: words.fullScreen },
    ...(isPackaged
      ? []
      : ([
          separator,
          { role: 'reload', label: words.reload },
          { role: 'toggleDevTools', label: words.developerTools },
        ] satisfies Template)),
  ];
}

function windowMenu(words: Labels, isMac: boolean): Template {
  return [
    { role: 'minimize', label: words.minimize },
    ...(isMac
      ? ([
          { role: 'zoom', label: words.zoomWindow },
          separator,
          { role: 'front', label: words.allToFront },
        ] satisfies Template)
      : []),
  ];
}
