import { Check, ChevronRight, type LucideIcon } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './menu.css';

/** A menu under `trigger`, one element that can be pressed. It stays where its trigger is in the page, and so in its landmark. */
export function Menu({ trigger, width, children }: { trigger: ReactNode; width?: number; children: ReactNode }) {
  return (
    // A modal menu would put a <style> element into the page, which the content policy forbids.
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Content
        className="menu"
        align="start"
        alignOffset={8}
        sideOffset={4}
        collisionPadding={8}
        {...(width === undefined ? {} : { style: { width } })}
      >
        {children}
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}

/** One thing to do. */
export function MenuItem({
  icon,
  onSelect,
  children,
}: {
  icon: LucideIcon;
  onSelect: () => void;
  children: ReactNode;
}) {
  return (
    <DropdownMenu.Item className="menu-item" onSelect={onSelect}>
      <Icon of={icon} />
      <span className="grow ellipsis">{children}</span>
    </DropdownMenu.Item>
  );
}

/** A hairline between groups. */
export function MenuSeparator() {
  return <DropdownMenu.Separator className="menu-separator" />;
}

/** Words at the top that are not for pressing. */
export function MenuLabel({ children }: { children: ReactNode }) {
  return <DropdownMenu.Label className="menu-label">{children}</DropdownMenu.Label>;
}

type MenuChoiceProps<Value extends string> = {
  icon: LucideIcon;
  label: string;
  value: Value;
  options: readonly { readonly value: Value; readonly label: string; readonly lang?: string }[];
  onChange: (value: Value) => void;
};

/** A menu in the menu: one of several. */
export function MenuChoice<Value extends string>({ icon, label, value, options, onChange }: MenuChoiceProps<Value>) {
  return (
    <DropdownMenu.Sub>
      <DropdownMenu.SubTrigger className="menu-item">
        <Icon of={icon} />
        <span className="grow ellipsis">{label}</span>
        <Icon of={ChevronRight} />
      </DropdownMenu.SubTrigger>
      <DropdownMenu.SubContent className="menu submenu" sideOffset={4} alignOffset={-4} collisionPadding={8}>
        <DropdownMenu.RadioGroup value={value} onValueChange={(next) => onChange(next as Value)}>
          {options.map((option) => (
            <DropdownMenu.RadioItem key={option.value} className="menu-item" value={option.value} lang={option.lang}>
              <span className="menu-mark">
                <DropdownMenu.ItemIndicator>
                  <Icon of={Check} />
                </DropdownMenu.ItemIndicator>
              </span>
              <span className="grow ellipsis">{option.label}</span>
            </DropdownMenu.RadioItem>
          ))}
        </DropdownMenu.RadioGroup>
      </DropdownMenu.SubContent>
    </DropdownMenu.Sub>
  );
}
