/** What is run in a terminal: our script, by its absolute path. Nothing of the backend's is in its arguments. */
export interface Launch {
  readonly script: string;
  /** Title of the window; see `windowTitle`. */
  readonly title: string;
}

/** A terminal that a person may have, and how a command is run in it. */
export interface TerminalProgram {
  readonly id: string;
  /** As its makers write it. */
  readonly name: string;
  /** Where it may be: names to look for in PATH, or absolute paths. */
  readonly places: readonly string[];
  /** What starts it, as an argument list; no shell reads it. @param program where it was found */
  command(program: string, launch: Launch): readonly string[];
  /** Another process, which may run already, draws the window: when the one we start ends, that says nothing. */
  readonly handsOver: boolean;
  /** Stands for whichever terminal the person prefers elsewhere: it is '' by another name, and not listed. */
  readonly standsIn: boolean;
}

/** What a platform's file tells. */
export interface NativePlatform {
  readonly programs: readonly TerminalProgram[];
  /** Name of our script there, in resources/native and in the launch's own folder. */
  readonly script: { readonly source: string; readonly name: string };
  /** Where OpenSSH's client may be: names to look for in PATH, or absolute paths. */
  readonly ssh: readonly string[];
  /** What to do where there is none. */
  readonly sshMissing: string;
  /** Ids of the terminals to try for '', the desktop's own, best first. @param desktop what the desktop itself says */
  preferred(desktop: DesktopWords): readonly string[];
}

/** What a desktop says of itself and of the terminal that it prefers. */
export interface DesktopWords {
  /** XDG_CURRENT_DESKTOP, e.g. "ubuntu:GNOME"; '' where there is none. */
  readonly names: string;
  /** The program that its settings name, e.g. "gnome-terminal"; '' when they name none. */
  readonly terminal: string;
}

/** A title of plain characters, for programs that read more into others. Never empty. */
export function windowTitle(text: string): string {
  const plain = text
    .replace(/[^\p{L}\p{N}@._-]+/gu, ' ')
    .replace(/^[\s-]+/, '')
    .trim();
  return plain.slice(0, 100) || 'Sallyport';
}
