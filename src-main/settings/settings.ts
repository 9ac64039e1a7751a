import path from 'node:path';
import { z } from 'zod';
import { sidebarWidth } from '../../src-shared/domain/settings.ts';
import { settingsSchema, type Settings } from '../../src-shared/ipc/views.ts';
import { readIfExists } from '../files/atomic-file.ts';
import { createKeptFile } from '../files/kept-file.ts';

const initial: Settings = {
  theme: 'system',
  locale: 'system',
  sendKey: 'enter',
  sidebarWidth: sidebarWidth.initial,
  showsDetails: false,
};
/** Ours is well under 1 kB; anything larger is not ours. */
const maxBytes = 64 * 1024;

export type SettingsService = {
  readonly current: () => Settings;
  /** Fields that are absent or undefined stay as they are. */
  readonly update: (patch: { readonly [Field in keyof Settings]?: Settings[Field] | undefined }) => Promise<Settings>;
  readonly onChanged: (listener: (settings: Settings) => void) => void;
  /** True when the file could not be read and the initial settings took its place. */
  readonly wasReset: boolean;
};

/** Settings of this profile in `settings.json`. Unreadable ones are replaced by the initial ones, which is said. */
export async function openSettings(storageDir: string): Promise<SettingsService> {
  const file = path.join(storageDir, 'settings.json');
  const { settings, wasReset } = parse(await readIfExists(file, maxBytes).catch(() => new Uint8Array()));
  let current = settings;
  // No file is as good as one with the initial settings.
  const kept = createKeptFile(file, wasReset ? null : JSON.stringify(settings));
  const listeners: ((settings: Settings) => void)[] = [];
  return {
    current: () => current,
    update: async (patch) => {
      const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      current = { ...current, ...given };
      for (const listener of listeners) listener(current);
      await kept.keep(JSON.stringify(current));
      return current;
    },
    onChanged: (listener) => void listeners.push(listener),
    wasReset,
  };
}

function parse(bytes: Uint8Array | null): { settings: Settings; wasReset: boolean } {
  if (bytes === null) return { settings: initial, wasReset: false };
  try {
    const stored = z.record(z.string(), z.unknown()).parse(JSON.parse(new TextDecoder().decode(bytes)));
    // A setting that an older version did not know yet has its initial value.
    const parsed = settingsSchema.safeParse({ ...initial, ...stored });
    if (parsed.success) return { settings: parsed.data, wasReset: false };
  } catch {
    // Falls through: a damaged file is as good as a wrong one.
  }
  return { settings: initial, wasReset: true };
}
