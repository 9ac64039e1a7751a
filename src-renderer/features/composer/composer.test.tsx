import { act, fireEvent, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { maxDraftUnits, maxTextCodePoints } from '../../../src-shared/domain/limits.ts';
import { appError } from '../../../src-shared/kernel/app-error.ts';
import { err, ok } from '../../../src-shared/kernel/result.ts';
import type { Draft, Settings } from '../../../src-shared/ipc/views.ts';
import { createFakeBridge, type FakeBridge } from '../../testing/fake-bridge.ts';
import { aContact, aMessage } from '../../testing/views.ts';
import { Composer } from './composer.tsx';
import { createComposers } from './composers.ts';

const anna = aContact(2, 'Anna');
const ben = aContact(3, 'Ben');

function show(options: { draft?: Draft; sendKey?: Settings['sendKey'] } = {}): {
  fake: FakeBridge;
  open: (peer: typeof anna) => void;
  asFile: string[];
} {
  const asFile: string[] = [];
  const fake = createFakeBridge({
    'drafts:save': () => ok({}),
    'messages:sendText': ({ peerId, text }) => ok(aMessage(peerId, text)),
  });
  const composers = createComposers({ bridge: fake.bridge, createCommandId: () => crypto.randomUUID() });
  const composer = (peer: typeof anna) => (
    <Composer
      peer={peer}
      draft={peer === anna ? (options.draft ?? null) : null}
      sendKey={options.sendKey ?? 'enter'}
      composers={composers}
      attach={null}
      onTextAsFile={(text) => asFile.push(text)}
    />
  );
  const { rerender } = render(composer(anna));
  return { fake, asFile, open: (peer) => rerender(composer(peer)) };
}
const box = (): HTMLTextAreaElement => screen.getByRole('textbox', { name: 'Message' });
const sent = (fake: FakeBridge): string[] => fake.callsTo('messages:sendText').map(({ text }) => text);
/** What an input method does to the box: the text it is about to put there. */
const compose = (text: string): void => void fireEvent.change(box(), { target: { value: text } });

describe('Composer', () => {
  it('sends on Enter, breaks the line on Shift+Enter, and is empty afterwards', async () => {
    const { fake } = show();
    await userEvent.type(box(), 'one{Shift>}{Enter}{/Shift}two{Enter}');
    expect(sent(fake)).toEqual(['one\ntwo']);
    expect(box()).toHaveValue('');
  });

  it('sends on Ctrl+Enter where that was chosen', async () => {
    const { fake } = show({ sendKey: 'mod-enter' });
    await userEvent.type(box(), 'one{Enter}two{Control>}{Enter}{/Control}');
    expect(sent(fake)).toEqual(['one\ntwo']);
  });

  it('sends once for two fast Enters and for an Enter that is held down', async () => {
    const { fake } = show();
    await userEvent.type(box(), 'hi');
    fireEvent.keyDown(box(), { key: 'Enter', keyCode: 13 });
    fireEvent.keyDown(box(), { key: 'Enter', keyCode: 13 });
    compose('next');
    fireEvent.keyDown(box(), { key: 'Enter', keyCode: 13, repeat: true });
    expect(sent(fake)).toEqual(['hi']);
    expect(box()).toHaveValue('next');
  });

  it('sends nothing for the Enter that confirms a candidate, in the order of Chromium', () => {
    const { fake } = show();
    fireEvent.compositionStart(box());
    compose('nihao');
    fireEvent.keyDown(box(), { key: 'Enter', keyCode: 229, isComposing: true });
    compose('你好');
    fireEvent.compositionEnd(box(), { data: '你好' });
    fireEvent.keyUp(box(), { key: 'Enter', keyCode: 13 });
    expect(sent(fake)).toEqual([]);
    expect(box()).toHaveValue('你好');
  });

  it('sends nothing for the Enter that confirms a candidate, in the order of WebKit', async () => {
    const { fake } = show();
    fireEvent.compositionStart(box());
    compose('你好');
    fireEvent.compositionEnd(box(), { data: '你好' });
    fireEvent.keyDown(box(), { key: 'Enter', keyCode: 13, isComposing: false });
    expect(sent(fake)).toEqual([]);
    await act(() => new Promise((resolve) => setTimeout(resolve, 1)));
    fireEvent.keyDown(box(), { key: 'Enter', keyCode: 13 });
    expect(sent(fake)).toEqual(['你好']);
  });

  it('sends again after a composition that was never ended, once the box lost the focus', () => {
    const { fake } = show();
    fireEvent.compositionStart(box());
    compose('stuck');
    fireEvent.blur(box());
    fireEvent.keyDown(box(), { key: 'Enter', keyCode: 13 });
    expect(sent(fake)).toEqual(['stuck']);
  });

  it('shows a kept draft with its caret, ready to go on', () => {
    show({ draft: { text: 'half a word', caret: 4 } });
    expect(box()).toHaveValue('half a word');
    expect(box()).toHaveFocus();
    expect(box().selectionStart).toBe(4);
  });

  it('keeps each text with its person, however fast the conversation is switched', async () => {
    const { fake, open } = show();
    await userEvent.type(box(), 'for Anna');
    open(ben);
    expect(fake.callsTo('drafts:save').at(-1)).toEqual({ peerId: anna.userId, draft: { text: 'for Anna', caret: 8 } });
    expect(box()).toHaveValue('');
    await userEvent.type(box(), 'for Ben');
    open(anna);
    expect(box()).toHaveValue('for Anna');
    await userEvent.keyboard('{Enter}');
    expect(fake.callsTo('messages:sendText')[0]).toMatchObject({ peerId: anna.userId, text: 'for Anna' });
    open(ben);
    expect(box()).toHaveValue('for Ben');
  });

  it('puts a refused text back where it was written and says why', async () => {
    const { fake, open } = show();
    let refuse: () => void = () => {};
    fake.answer(
      'messages:sendText',
      () =>
        new Promise((resolve) => {
          refuse = () => resolve(err(appError('disk-full')));
        }),
    );
    await userEvent.type(box(), 'precious{Enter}');
    open(ben);
    await act(async () => refuse());
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    open(anna);
    expect(box()).toHaveValue('precious');
    expect(screen.getByRole('alert')).toHaveTextContent('The disk is full.');
  });

  it('counts a text over the limit and does not send it', async () => {
    const { fake } = show();
    compose('x'.repeat(maxTextCodePoints + 3));
    expect(box()).toHaveAccessibleDescription('3 characters over the limit');
    expect(screen.getByRole('button', { name: 'Send' })).toHaveAttribute('aria-disabled', 'true');
    await userEvent.click(screen.getByRole('button', { name: 'Send' }));
    expect(sent(fake)).toEqual([]);
  });

  it('says of a text that it is too long even to be kept', () => {
    show();
    compose('x'.repeat(maxDraftUnits));
    expect(box()).not.toHaveAccessibleDescription(/kept/);
    compose('x'.repeat(maxDraftUnits + 1));
    expect(box()).toHaveAccessibleDescription(/characters over the limit It is also too long to be kept/);
  });

  it('offers a text over the limit as a file', async () => {
    const { asFile } = show();
    const text = 'x'.repeat(maxTextCodePoints + 3);
    compose(text);
    await userEvent.click(screen.getByRole('button', { name: 'Send as a file' }));
    expect(asFile).toEqual([text]);
    expect(box()).toHaveValue(text);
  });

  it('sends with the button and stays in the box', async () => {
    const { fake } = show();
    await userEvent.type(box(), 'hi');
    await userEvent.click(screen.getByRole('button', { name: 'Send' }));
    expect(sent(fake)).toEqual(['hi']);
    expect(box()).toHaveFocus();
  });

  it('opens the emoji picker with its button or Ctrl+E, and Esc leads back to the text', async () => {
    show();
    await userEvent.keyboard('{Control>}e{/Control}');
    expect(await screen.findByRole('dialog', { name: 'Emoji' })).toBeInTheDocument();
    await userEvent.keyboard('{Escape}');
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(box()).toHaveFocus();
    await userEvent.click(screen.getByRole('button', { name: 'Emoji' }));
    expect(await screen.findByRole('dialog', { name: 'Emoji' })).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Emoji' }));
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });
});
