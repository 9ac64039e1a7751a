import { expect, test } from 'vitest';
import { isOfOrigin, isTrustedSender, type IpcSender } from './sender-check.ts';

const trusted = { webContentsId: 7, mainFrame: null, origin: 'app://bundle' };
const page: IpcSender = { sender: { id: 7 }, senderFrame: { parent: null, origin: 'app://bundle', detached: false } };
const withFrame = (frame: Partial<NonNullable<IpcSender['senderFrame']>>): IpcSender => ({
  ...page,
  senderFrame: { parent: null, origin: 'app://bundle', detached: false, ...frame },
});

test('the top frame of our window on our page is trusted', () => {
  expect(isTrustedSender(page, trusted)).toBe(true);
});

test('the main frame is trusted after its process has crashed, which leaves it detached', () => {
  const crashed = withFrame({ detached: true });
  expect(isTrustedSender(crashed, { ...trusted, mainFrame: crashed.senderFrame })).toBe(true);
  expect(isTrustedSender(crashed, { ...trusted, mainFrame: page.senderFrame })).toBe(false);
});

test.each<[string, IpcSender]>([
  ['no frame', { ...page, senderFrame: null }],
  ['a frame inside another', withFrame({ parent: {} })],
  ['a detached frame', withFrame({ detached: true })],
  ['an unknown window', { ...page, sender: { id: 8 } }],
  ...[
    '',
    'null',
    'file://',
    'about:blank',
    'app://',
    'app://bundle/',
    'app://bundle.evil',
    'app://Bundle',
    'app://other',
    'https://bundle',
    'app-media://bundle',
  ].map((origin): [string, IpcSender] => [`the origin ${JSON.stringify(origin)}`, withFrame({ origin })]),
])('%s is not trusted', (_, sender) => {
  expect(isTrustedSender(sender, trusted)).toBe(false);
});

test('nobody is trusted while there is no window', () => {
  expect(isTrustedSender(page, { ...trusted, webContentsId: null })).toBe(false);
});

test('a frame that was destroyed meanwhile is not trusted', () => {
  const destroyed: IpcSender = {
    sender: { id: 7 },
    get senderFrame(): never {
      throw new Error('Render frame was disposed before WebFrameMain could be accessed');
    },
  };
  expect(isTrustedSender(destroyed, trusted)).toBe(false);
});

test('an address is of our origin only when it is the whole origin', () => {
  expect(isOfOrigin('app://bundle', 'app://bundle')).toBe(true);
  expect(isOfOrigin('app://bundle/index.html', 'app://bundle')).toBe(true);
  for (const url of [
    'app://bundle.evil/',
    'app://bundled',
    'app://bundle:1/',
    'app://x@bundle/',
    'http://app://bundle/',
    '',
  ]) {
    expect(isOfOrigin(url, 'app://bundle')).toBe(false);
  }
});
