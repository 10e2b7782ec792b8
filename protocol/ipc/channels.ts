import type { CommandName } from './commands.ts';

/** IPC channel names; nothing else crosses. Apart from the schemas: preload, which needs these, carries none of zod. */
export const channels = {
  command: (name: CommandName) => `command:${name}`,
  snapshot: 'snapshot',
  navigate: 'navigate',
  /** preload → main: files that a person dropped; see dropped-files.ts. */
  droppedFiles: 'dropped-files',
  /** main → preload with a MessagePort; preload hands it to the page by window.postMessage with the same name. */
  terminalPort: 'terminal-port',
} as const;
