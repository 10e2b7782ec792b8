/** For vi.mock: the module as it is, but for a key that was opened before. */
export async function openEachKeyOnce(original: () => Promise<unknown>): Promise<object> {
  const module = (await original()) as typeof import('../../../backend/updates/release/key-file.ts');
  const opened = new Map<string, ReturnType<typeof module.readKeyFile>>();
  return {
    ...module,
    readKeyFile(file: string, passphrase: string) {
      const key = opened.get(file + passphrase) ?? module.readKeyFile(file, passphrase);
      opened.set(file + passphrase, key);
      return key;
    },
  };
}
