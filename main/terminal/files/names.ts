/** Longest file name we make, bytes; leaves room for " (2)" and ".XXXXXXXXXXXX.part" in the 255 that file systems take. */
const LONGEST = 200;

/** Device names of Windows, with any extension, and spaces before it (Naming Files, Paths, and Namespaces). */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)/i;

/**
 * The name that a file of a target gets here. What the target says is hostile: it must name one file in the chosen folder,
 * read as what it is, and open no device. Never empty.
 */
export function localName(name: string, platform: NodeJS.Platform = process.platform): string {
  // Control characters, and the marks that turn the direction of text: "gnp.exe" must not read as "exe.png".
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  let safe = name.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '_');
  // Halves of a surrogate pair can't be a name on any disk.
  safe = Buffer.from(safe).toString().replace(/[/\\]/g, '_');
  if (/^\.{0,2}$/.test(safe)) safe = `file${'_'.repeat(safe.length)}`;
  if (platform === 'darwin') safe = safe.replace(/:/g, '_');
  if (platform === 'win32') {
    safe = safe.replace(/[<>:"|?*]/g, '_').replace(/[. ]+$/, (end) => '_'.repeat(end.length));
    if (DEVICE.test(safe)) safe = `_${safe}`;
  }
  return shortened(safe);
}

/** The name for the n-th file of that name: "report.pdf", "report (2).pdf", "backup (3).tar.gz". @param n from 1 */
export function nthName(name: string, n: number): string {
  if (n === 1) return name;
  const [stem, extension] = parts(name);
  return `${stem} (${n})${extension}`;
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= LONGEST) return name;
  const [stem, extension] = parts(name);
  const kept = Buffer.byteLength(extension) <= 20 ? extension : '';
  let short = '';
  for (const character of kept === '' ? name : stem) {
    if (Buffer.byteLength(short + character + kept) > LONGEST) break;
    short += character;
  }
  return short + kept;
}

function parts(name: string): [stem: string, extension: string] {
  const extension = /(?<=[^.])(\.tar)?\.[^. ]+$/i.exec(name)?.[0] ?? '';
  return [name.slice(0, name.length - extension.length), extension];
}

/** A path on a target, out of a folder and a name in it. */
export function remotePath(folder: string, name: string): string {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}

/** The last part of a path on a target; "/" has none. */
export function remoteName(path: string): string {
  return path.replace(/\/+$/, '').split('/').at(-1) ?? '';
}

/** No disk holds longer names, not even those whose names are keys of a store, UTF-16 units. */
const LONGEST_THERE = 1024;

/** Whether a folder of a target may hold an entry of this name: SFTP gives plain names; others are a trick. */
export function isPlainName(name: string): boolean {
  return (
    name.length <= LONGEST_THERE &&
    name !== '' &&
    name !== '.' &&
    name !== '..' &&
    !name.includes('/') &&
    !name.includes('\0')
  );
}
