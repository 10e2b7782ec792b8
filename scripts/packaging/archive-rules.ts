// What may be in the app's archive. The list of what is put in is in app-archive.ts; this one is a second pair of eyes,
// over every package that is made.

/** By the folder it lies in; paths have no leading slash. */
const ALLOWED: readonly RegExp[] = [
  /^package\.json$/,
  /^out\/main\/[\w.-]+\.js$/,
  /^out\/preload\/index\.cjs$/,
  /^out\/renderer\/index\.html$/,
  /^out\/renderer\/assets\/[\w.-]+\.(js|css|woff2|png|svg)$/,
  /^resources\/(icon\.png|update-keys\.json)$/,
  /^resources\/native\/session\.(sh|cmd)$/,
  /^resources\/tray\/(darwin|linux|win32)\/[\w-]+(@2x)?\.png$/,
  /^node_modules\/(ssh2|asn1|bcrypt-pbkdf|tweetnacl|safer-buffer)\/((lib\/)?([\w-]+\/)*[\w.-]+\.js|package\.json|LICENSE)$/,
];

/** Whatever folder it lies in. */
const FORBIDDEN =
  /(^|\/)(backend|tests?|docs?|examples?|coverage|\.[^/]+)\/|\.(ts|tsx|map|node|md|pem|key|p12)$|(^|\/)\./;

/** The files that have no business in the archive. */
export function unexpectedIn(files: readonly string[]): string[] {
  return files.filter((file) => FORBIDDEN.test(file) || !ALLOWED.some((pattern) => pattern.test(file)));
}
