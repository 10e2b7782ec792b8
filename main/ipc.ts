import { type IpcMainInvokeEvent, ipcMain, MessageChannelMain } from 'electron';
import type { TerminalPortMessage } from '../protocol/ipc/bridge.ts';
import { channels } from '../protocol/ipc/channels.ts';
import { COMMAND_NAMES } from '../protocol/ipc/command-names.ts';
import type { CommandName } from '../protocol/ipc/commands.ts';
import { droppedFilesSchema } from '../protocol/ipc/dropped-files.ts';
import { answer, answerTo, type Caller, type Handlers, isOurPage } from './commands.ts';
import type { Files } from './terminal/files/files.ts';

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

/** Serves what preload says was dropped on a terminal. Returns the function that stops it. */
export function serveDroppedFiles(
  files: Pick<Files, 'sendDropped'>,
  onError: (name: string, error: unknown) => void,
): () => void {
  ipcMain.handle(channels.droppedFiles, (event, input: unknown) =>
    answerTo(
      droppedFilesSchema,
      (dropped) => files.sendDropped(dropped).then(() => ({})),
      input,
      callerOf(event),
      (error) => onError(channels.droppedFiles, error),
    ),
  );
  return () => ipcMain.removeHandler(channels.droppedFiles);
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
