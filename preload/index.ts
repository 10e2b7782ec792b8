import { contextBridge, type IpcRendererEvent, ipcRenderer, webUtils } from 'electron';
import type { Bridge, Destination } from '../protocol/ipc/bridge.ts';
import { channels } from '../protocol/ipc/channels.ts';
import { COMMAND_NAMES } from '../protocol/ipc/command-names.ts';

function listen(channel: string, listener: (data: never) => void): () => void {
  const heard = (_event: IpcRendererEvent, data: unknown): void => listener(data as never);
  ipcRenderer.on(channel, heard);
  return () => ipcRenderer.off(channel, heard);
}

// A window that was opened to go somewhere is told so before its page listens: kept until it does.
let unheard: Destination | undefined;
ipcRenderer.on(channels.navigate, (_event, destination: Destination) => {
  if (ipcRenderer.listenerCount(channels.navigate) === 1) unheard = destination;
});

const bridge: Bridge = {
  commands: Object.fromEntries(
    COMMAND_NAMES.map((name) => [name, (input: unknown) => ipcRenderer.invoke(channels.command(name), input)]),
  ) as Bridge['commands'],
  // Here and nowhere else a path of this computer is read out of what a page hands over: of a File that a person dropped.
  // One that a script made has none.
  sendDropped: ({ terminalId, folder }, files) =>
    ipcRenderer.invoke(channels.droppedFiles, {
      ...{ terminalId, folder },
      paths: files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== ''),
    }),
  onSnapshot: (listener) => listen(channels.snapshot, listener),
  onNavigate(listener) {
    if (unheard) listener(unheard);
    unheard = undefined;
    return listen(channels.navigate, listener);
  },
};

contextBridge.exposeInMainWorld('sallyport', bridge);

// A MessagePort can't pass contextBridge; it can be handed to our own page as a message of its window.
ipcRenderer.on(channels.terminalPort, (event, message: unknown) => {
  window.postMessage(message, window.location.origin, event.ports as unknown as Transferable[]);
});
