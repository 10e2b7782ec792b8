/** Where Windows is on almost every computer. */
const USUAL = String.raw`C:\Windows\System32`;

/**
 * Windows' System32. SystemRoot in the environment is the word of whoever started us, who could show us a reg.exe of their
 * own by it; where the loader has ntdll.dll from is Windows' word.
 */
export function systemFolder(loaded: () => readonly string[] = loadedLibraries): string {
  for (const library of loaded()) {
    const folder = /^([a-z]:\\[^/]+)\\ntdll\.dll$/i.exec(library)?.[1];
    if (folder !== undefined) return folder;
  }
  return USUAL;
}

function loadedLibraries(): readonly string[] {
  try {
    const report = process.report as typeof process.report & { excludeNetwork?: boolean };
    // It would look up names in the network.
    report.excludeNetwork = true;
    const { sharedObjects } = report.getReport() as { sharedObjects?: string[] };
    return sharedObjects ?? [];
  } catch {
    return [];
  }
}
