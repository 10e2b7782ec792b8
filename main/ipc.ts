import { type IpcMainInvokeEvent, ipcMain, MessageChannelMain } from 'electron';
import type { TerminalPortMessage } from '../protocol/ipc/bridge.ts';
import { channels } from '../protocol/ipc/channels.ts';
import { COMMAND_NAMES } from '../protocol/ipc/command-names.ts';
import type { CommandName } from '../protocol/ipc/commands.ts';
import { answer, type Caller, type Handlers, isOurPage } from './commands.ts';

/** Serves every command to our windows. Returns the function that stops it. */
export function serveCommands(handlers: Handlers, onError: (name: CommandName, error: unknown) => void): () => void {
  for (const name of COMMAND_NAMES) {
    ipcMain.handle(channels.command(name), (event, input: unknown) =>
      answer(handlers, name, input, callerOf(event), onError),
    );
  }
  return () => {
    for (const name of COMMAND_NAMES) ipcMain.removeHandler(channels.command(name));
  };
}

function callerOf(event: IpcMainInvokeEvent): Caller | undefined {
  // null when the frame has navigated away or was destroyed since it sent this.
  const frame = event.senderFrame;
  if (!frame || !isOurPage({ url: frame.url, isTop: frame.parent === null })) return undefined;
  return {
    sendPort(terminalId) {
      const { port1, port2 } = new MessageChannelMain();
      const message: TerminalPortMessage = { channel: channels.terminalPort, id: terminalId };
      frame.postMessage(channels.terminalPort, message, [port1]);
      return port2;
    },
  };
}
