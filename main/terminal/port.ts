import type { TerminalOutput } from '../../protocol/ipc/terminal-port.ts';

/** Our end of a terminal's message channel; Electron's MessagePortMain is one. */
export interface TerminalPort {
  postMessage(message: TerminalOutput): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}
