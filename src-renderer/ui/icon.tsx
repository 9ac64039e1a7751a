import type { LucideIcon } from 'lucide-react';

export type IconSize = 12 | 14 | 16 | 18 | 20 | 32;

/** A lucide icon, 1.5 px thick at every size. Decoration only: whatever holds it has the name. */
export function Icon({ of: Shape, size = 16 }: { of: LucideIcon; size?: IconSize }) {
  return <Shape className="icon" size={size} strokeWidth={1.5} absoluteStrokeWidth aria-hidden />;
}
