import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, MouseEvent } from 'react';
import { Icon } from './icon.tsx';
import { Tooltip } from './tooltip.tsx';
import './button.css';

type ButtonProps = Omit<ComponentProps<'button'>, 'className'> & {
  variant?: 'plain' | 'primary' | 'ghost' | 'link';
  size?: 'small' | 'medium' | 'large';
  icon?: LucideIcon;
  /** As wide as what holds it. */
  block?: boolean;
  /** Waiting for an answer: keeps the focus, takes no press. */
  busy?: boolean;
};

/** A button with words. */
export function Button({
  variant = 'plain',
  size = 'medium',
  icon,
  block = false,
  busy = false,
  type = 'button',
  onClick,
  children,
  ...rest
}: ButtonProps) {
  const press = (event: MouseEvent<HTMLButtonElement>): void => {
    if (busy) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <button
      {...rest}
      type={type}
      className={`button ${variant} ${size}${block ? ' block' : ''}`}
      aria-disabled={busy || undefined}
      onClick={press}
    >
      {icon && <Icon of={icon} />}
      <span>{children}</span>
    </button>
  );
}

type IconButtonProps = Omit<ComponentProps<'button'>, 'className' | 'aria-label' | 'children'> & {
  icon: LucideIcon;
  /** Its accessible name and its tooltip. */
  label: string;
  /** Shown in the tooltip, e.g. "Ctrl E". */
  shortcut?: string;
  size?: 'small' | 'medium';
};

/** A button with an icon only. */
export function IconButton({ icon, label, shortcut, size = 'medium', type = 'button', ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} {...(shortcut === undefined ? {} : { shortcut })}>
      <button {...rest} type={type} className={`icon-button ${size}`} aria-label={label}>
        <Icon of={icon} size={size === 'small' ? 16 : 18} />
      </button>
    </Tooltip>
  );
}
