import { expect, test } from 'vitest';
import { createVault, type SafeStorage } from './vault.ts';

type Keychain = { backend: string; isAvailable: boolean; key: number; mayThrow: boolean };

function fakeSafeStorage(initial: Partial<Keychain> = {}): { keychain: Keychain; safeStorage: SafeStorage } {
  const keychain: Keychain = { backend: 'gnome_libsecret', isAvailable: true, key: 1, mayThrow: false, ...initial };
  const check = (): void => {
    if (keychain.mayThrow || !keychain.isAvailable)
      throw new Error('Error while encrypting the text provided to safeStorage');
  };
  return {
    keychain,
    safeStorage: {
      isEncryptionAvailable: () => keychain.isAvailable,
      encryptString: (plain) => (check(), Buffer.from(JSON.stringify([keychain.key, plain]))),
      decryptString: (sealed) => {
        check();
        const [key, plain] = JSON.parse(sealed.toString()) as [number, string];
        if (key !== keychain.key) throw new Error('Error while decrypting the ciphertext');
        return plain;
      },
      getSelectedStorageBackend: () => keychain.backend,
    },
  };
}

function vaultOn(
  initial: Partial<Keychain> = {},
  platform: NodeJS.Platform = 'linux',
  lastBackend: string | null = null,
) {
  const { keychain, safeStorage } = fakeSafeStorage(initial);
  const remembered: string[] = [];
  const vault = createVault({
    safeStorage,
    platform,
    lastBackend,
    rememberBackend: (backend) => remembered.push(backend),
  });
  return { keychain, vault, remembered };
}

test.each(['gnome_libsecret', 'kwallet', 'kwallet5', 'kwallet6'])(
  '%s seals, opens and is remembered once',
  (backend) => {
    const { vault, remembered } = vaultOn({ backend });
    expect(vault.status()).toBe('keychain');
    expect(vault.backend()).toBe(backend);
    expect(vault.open(vault.seal('sésame 你好'))).toBe('sésame 你好');
    expect(remembered).toEqual([backend]);
  },
);

test.each(['basic_text', 'unknown', '', 'plain'])('%s is no keychain, although it says it can encrypt', (backend) => {
  const { vault, remembered } = vaultOn({ backend });
  expect(vault.status()).toBe('none');
  expect(() => vault.seal('secret')).toThrow();
  expect(remembered).toEqual([]);
});

test('a desktop with a keychain in name only has none', () => {
  expect(vaultOn({ isAvailable: false }).vault.status()).toBe('none');
});

test('a keychain that worked before and does not open now is locked, and opens once it does', () => {
  const { vault, keychain, remembered } = vaultOn({ isAvailable: false }, 'linux', 'gnome_libsecret');
  expect(vault.status()).toBe('locked');
  expect(() => vault.seal('secret')).toThrow();
  keychain.isAvailable = true;
  expect(vault.status()).toBe('keychain');
  expect(remembered).toEqual([]);
});

test('a keychain that answers with an error is locked, known before or not', () => {
  expect(vaultOn({ mayThrow: true }).vault.status()).toBe('locked');
  expect(vaultOn({ mayThrow: true }, 'linux', 'kwallet6').vault.status()).toBe('locked');
});

test('a session without the keychain that worked before is locked, not free to start anew', () => {
  expect(vaultOn({ backend: 'basic_text' }, 'linux', 'gnome_libsecret').vault.status()).toBe('locked');
});

test('another keychain than before works, is said and remembered', () => {
  const { vault, remembered } = vaultOn({ backend: 'kwallet6' }, 'linux', 'gnome_libsecret');
  expect(vault.status()).toBe('keychain');
  expect(vault.backend()).toBe('kwallet6');
  expect(remembered).toEqual(['kwallet6']);
});

test('what another key sealed does not open', () => {
  const { vault, keychain } = vaultOn();
  const sealed = vault.seal('secret');
  keychain.key = 2;
  expect(vault.open(sealed)).toBeNull();
});

test.each([new Uint8Array(), new Uint8Array([0xff, 0, 1]), new Uint8Array(100)])(
  'damaged bytes do not open',
  (sealed) => {
    expect(vaultOn().vault.open(sealed)).toBeNull();
  },
);

test('a keychain whose key changes at each use never counts', () => {
  const { safeStorage, keychain } = fakeSafeStorage();
  const shifty: SafeStorage = {
    ...safeStorage,
    decryptString: (sealed) => ((keychain.key += 1), safeStorage.decryptString(sealed)),
  };
  const vault = createVault({
    safeStorage: shifty,
    platform: 'linux',
    lastBackend: null,
    rememberBackend: () => undefined,
  });
  expect(vault.status()).toBe('none');
});

test.each([
  ['win32', 'dpapi'],
  ['darwin', 'keychain'],
] as const)('%s has its own keychain and no backend to ask for', (platform, backend) => {
  const { safeStorage } = fakeSafeStorage();
  const { getSelectedStorageBackend: _, ...withoutBackend } = safeStorage;
  const vault = createVault({
    safeStorage: withoutBackend,
    platform,
    lastBackend: null,
    rememberBackend: () => undefined,
  });
  expect(vault.status()).toBe('keychain');
  expect(vault.backend()).toBe(backend);
});

test('a keychain that locks while in use fails in sealing and opens nothing', () => {
  const { vault, keychain } = vaultOn();
  const sealed = vault.seal('secret');
  keychain.isAvailable = false;
  expect(() => vault.seal('other')).toThrow();
  expect(vault.open(sealed)).toBeNull();
});
