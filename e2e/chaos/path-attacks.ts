/** Names that lead out of a folder, or that a system takes for something else (safety T4, T5): each way with each aim. */

const ways: readonly ((aim: string) => string)[] = [
  (aim) => aim,
  (aim) => `../${aim}`,
  (aim) => `..\\${aim}`,
  (aim) => `${'../'.repeat(40)}${aim}`,
  (aim) => `/${aim}`,
  (aim) => `//host/share/${aim}`,
  (aim) => `\\\\host\\share\\${aim}`,
  (aim) => `\\\\?\\C:\\${aim}`,
  (aim) => `C:\\Windows\\${aim}`,
  (aim) => `C:${aim}`,
  (aim) => `file:///${aim}`,
  (aim) => `~/${aim}`,
  (aim) => `....//....//${aim}`,
  (aim) => `%2e%2e%2f${aim}`,
  (aim) => `..\u2215${aim}`,
  (aim) => `\uff0e\uff0e\uff0f${aim}`,
  (aim) => `${aim}/`,
  (aim) => `${aim}/..`,
  (aim) => `${aim}\0.png`,
  (aim) => `${aim}::$DATA`,
  (aim) => `${aim}:stream.txt`,
  (aim) => `${aim}. . .`,
  (aim) => `\u202e${aim}\u202c`,
  (aim) => `\u200b${aim}\ufeff`,
  (aim) => ` ${'x'.repeat(300)}/../${aim}\r\nX-Header: y`,
];

const aims = [
  'etc/passwd',
  '..',
  '.',
  'CON',
  'nul.txt',
  'com1.log',
  'desktop.ini',
  '.bashrc',
  'invoice.pdf.exe',
  '-rf',
  '$(touch x)',
  '',
];

/** 300. */
export const pathAttacks: readonly string[] = ways.flatMap((way) => aims.map(way));
