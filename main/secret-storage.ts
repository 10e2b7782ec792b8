import { safeStorage } from 'electron';
import type { SecretStorage } from './sign-in/kept-sign-in.ts';

/** What newer Electrons have beside the calls that block the main process while the keychain asks. */
type AsyncSafeStorage = Partial<
  Pick<typeof safeStorage, 'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync'>
>;

/** The operating system's keychain. Electron's "basic_text" is a fixed password, hence no keychain at all. */
export function keychainStorage(): SecretStorage {
  const { isAsyncEncryptionAvailable, encryptStringAsync, decryptStringAsync } = safeStorage as AsyncSafeStorage;
  const isPlain = (): boolean =>
    process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text';
  if (isAsyncEncryptionAvailable && encryptStringAsync && decryptStringAsync) {
    return {
      available: async () => !isPlain() && (await isAsyncEncryptionAvailable.call(safeStorage)),
      seal: (text) => encryptStringAsync.call(safeStorage, text),
      unseal: async (sealed) => (await decryptStringAsync.call(safeStorage, sealed)).result,
    };
  }
  return {
    available: async () => !isPlain() && safeStorage.isEncryptionAvailable(),
    seal: async (text) => safeStorage.encryptString(text),
    unseal: async (sealed) => safeStorage.decryptString(sealed),
  };
}
