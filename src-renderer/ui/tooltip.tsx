import { Tooltip as Radix } from 'radix-ui';
import { use, type ReactNode } from 'react';
import { FloatingContainer } from './floating-container.ts';
import './tooltip.css';

/** --tooltip-delay of tokens.css. */
const delayMs = 500;

/** Says what a thing without words is, after half a second or on keyboard focus. `children` is one element. */
export function Tooltip({ text, shortcut, children }: { text: string; shortcut?: string; children: ReactNode }) {
  const container = use(FloatingContainer);
  return (
    <Radix.Provider delayDuration={delayMs}>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal container={container}>
          <Radix.Content className="tooltip" sideOffset={4} collisionPadding={8} onEscapeKeyDown={passOn}>
            {text}
            {shortcut !== undefined && <kbd>{shortcut}</kbd>}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}

/** Esc closes the dialog below too: a tooltip that came up by itself takes no key away from it. */
function passOn({ target }: KeyboardEvent): void {
  const dialog = target instanceof Element ? target.closest('dialog') : null;
  dialog?.dispatchEvent(new Event('cancel', { cancelable: true }));
}
