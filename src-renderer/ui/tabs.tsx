import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import './tabs.css';

type TabsProps<Value extends string> = {
  value: Value;
  onChange: (value: Value) => void;
  /** Names the row of tabs. */
  label: string;
  tabs: readonly { readonly value: Value; readonly label: string; readonly count?: number }[];
  /** Stands at the right end of the row. */
  trailing?: ReactNode;
  className?: string;
  children: ReactNode;
};

/** A row of tabs; `children` are {@link TabPanel}s and what stands between. */
export function Tabs<Value extends string>(props: TabsProps<Value>) {
  return (
    <Radix.Root className={props.className} value={props.value} onValueChange={(next) => props.onChange(next as Value)}>
      <div className="tab-row">
        <Radix.List className="tab-list" aria-label={props.label}>
          {props.tabs.map((tab) => (
            <Radix.Trigger key={tab.value} className="tab" value={tab.value} aria-label={tab.label}>
              {tab.label}
              {tab.count !== undefined && <span className="tab-count numeric">{tab.count}</span>}
            </Radix.Trigger>
          ))}
        </Radix.List>
        {props.trailing}
      </div>
      {props.children}
    </Radix.Root>
  );
}

/** What a tab shows. */
export function TabPanel({ value, className, children }: { value: string; className?: string; children: ReactNode }) {
  return (
    <Radix.Content className={className} value={value} tabIndex={-1}>
      {children}
    </Radix.Content>
  );
}
