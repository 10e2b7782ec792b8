import { type Document, isMap, isScalar, parseDocument } from 'yaml';

/** What `init` asks about, or keeps where it was by itself. A whole section, or one setting of it. */
const ASKED = new Set([
  'org',
  'data',
  'http.host',
  'http.port',
  'http.publicUrl',
  'http.trustProxy',
  'gateway.port',
  'gateway.advertised',
  'database',
  'keys',
  'policy',
  'identityProvider.issuer',
  'identityProvider.clientId',
  'identityProvider.clientSecretFile',
  'identityProvider.groupsClaim',
]);

/**
 * Puts into a new configuration what an earlier one says beyond the questions, with its comments: who wrote it by hand
 * meant it.
 * @param earlier a configuration that is valid
 * @returns the text, and the names of the settings that differ in it from the new one's
 */
export function takeOver(text: string, earlier: string): { text: string; takenOver: string[] } {
  const [into, from] = [parseDocument(text), parseDocument(earlier)];
  const takenOver = settingsOf(from).filter((path) => !ASKED.has(path[0] ?? '') && !ASKED.has(path.join('.')));
  const changed = takenOver.filter((path) => JSON.stringify(into.getIn(path)) !== JSON.stringify(from.getIn(path)));
  for (const path of changed) into.setIn(path, from.getIn(path, true));
  // What is the same stays as it is written here, with what is explained beside it.
  return changed.length === 0
    ? { text, takenOver: [] }
    : { text: into.toString({ lineWidth: 0 }), takenOver: changed.map((path) => path.join('.')) };
}

/** Each setting of a section that has some of its own asked about, every other section as a whole. */
function settingsOf(document: Document): string[][] {
  if (!isMap(document.contents)) return [];
  return document.contents.items.flatMap(({ key, value }) => {
    const section = isScalar(key) ? String(key.value) : '';
    if (![...ASKED].some((asked) => asked.startsWith(`${section}.`)) || !isMap(value)) return [[section]];
    return value.items.map((item) => [section, isScalar(item.key) ? String(item.key.value) : '']);
  });
}
