import type { Vault } from '../ports.ts';

export type FakeVault = Vault & {
  /** What the keychain is from now on. */
  set: (change: Partial<{ status: ReturnType<Vault['status']>; backend: string; secret: number }>) => void;
};

/** A keychain that turns each byte over with its secret: another secret opens to something else, or to nothing. */
export function createFakeVault(initial: ReturnType<Vault['status']> = 'keychain'): FakeVault {
  const now = { status: initial, backend: 'gnome_libsecret', secret: 0x55 };
  const turn = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ now.secret);
  return {
    status: () => now.status,
    backend: () => now.backend,
    seal: (plain) => {
      if (now.status !== 'keychain') throw new Error('no keychain to seal with');
      return turn(new TextEncoder().encode(plain));
    },
    open: (sealed) => (now.status === 'keychain' ? new TextDecoder().decode(turn(sealed)) : null),
    set: (change) => void Object.assign(now, change),
  };
}
