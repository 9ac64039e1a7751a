import type { Vault } from '../ports.ts';

/** What the vault needs of Electron's `safeStorage`: the part that all versions have. */
export type SafeStorage = {
  readonly isEncryptionAvailable: () => boolean;
  readonly encryptString: (plain: string) => Buffer;
  readonly decryptString: (sealed: Buffer) => string;
  readonly getSelectedStorageBackend?: () => string;
};

/** `basic_text` seals with a key that everyone knows, so on Linux only these count (safety T26). */
const linuxBackends = new Set(['gnome_libsecret', 'kwallet', 'kwallet5', 'kwallet6']);
const systemBackends: Partial<Record<NodeJS.Platform, string>> = { darwin: 'keychain', win32: 'dpapi' };

type VaultDeps = {
  readonly safeStorage: SafeStorage;
  readonly platform: NodeJS.Platform;
  /** The keychain that last worked for this profile, or null when none ever did. */
  readonly lastBackend: string | null;
  /** Called once, when a keychain other than that one is seen to work. */
  readonly rememberBackend: (backend: string) => void;
};

/**
 * Seals with the system's keychain. The system does not tell "none" from "did not open", so it counts as `locked`
 * where one has worked for this profile before. Failures are asked again at each call: the person may have
 * unlocked it meanwhile. May show the system's own prompt, and blocks until it is answered.
 */
export function createVault({ safeStorage, platform, lastBackend, rememberBackend }: VaultDeps): Vault {
  let isProven = false;
  // Asked late: before the program is ready Linux does not know.
  const backend = (): string =>
    platform === 'linux'
      ? (safeStorage.getSelectedStorageBackend?.() ?? 'unknown')
      : (systemBackends[platform] ?? 'unknown');

  function prove(): boolean {
    if (isProven) return true;
    if (platform === 'linux' && !linuxBackends.has(backend())) return false;
    // A keychain can be there and still hand out another key each time, so it has to show that it can.
    isProven = safeStorage.isEncryptionAvailable() && open(safeStorage.encryptString('probe')) === 'probe';
    if (isProven && backend() !== lastBackend) rememberBackend(backend());
    return isProven;
  }

  function status(): 'keychain' | 'none' | 'locked' {
    try {
      if (prove()) return 'keychain';
    } catch {
      // Thrown where the keychain answers, but does not open.
      return 'locked';
    }
    return lastBackend === null ? 'none' : 'locked';
  }

  function open(sealed: Uint8Array): string | null {
    try {
      return safeStorage.decryptString(Buffer.from(sealed));
    } catch {
      return null;
    }
  }

  return {
    status,
    backend,
    seal: (plain) => {
      if (status() !== 'keychain') throw new Error('no keychain to seal with');
      return new Uint8Array(safeStorage.encryptString(plain));
    },
    open: (sealed) => (status() === 'keychain' ? open(sealed) : null),
  };
}
