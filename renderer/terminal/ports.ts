import type { TerminalPortMessage } from '../../protocol/ipc/bridge.ts';

/** The same as protocol's `channels.terminalPort`; the type below holds them together. */
const CHANNEL: TerminalPortMessage['channel'] = 'terminal-port';

const waiting = new Map<string, (port: MessagePort) => void>();

/** Takes ports that the preload hands over; anything that is not from this very page is left alone. */
window.addEventListener('message', (event: MessageEvent<Partial<TerminalPortMessage> | null>) => {
  if (event.source !== window || event.origin !== window.location.origin) return;
  const port = event.ports[0];
  if (event.data?.channel !== CHANNEL || event.data.id === undefined || port === undefined) return;
  const take = waiting.get(event.data.id);
  waiting.delete(event.data.id);
  if (take === undefined) port.close();
  else take(port);
});

/** Calls `take` with the port of a terminal when it comes. Returns the function that stops waiting. */
export function onPort(id: string, take: (port: MessagePort) => void): () => void {
  waiting.set(id, take);
  return () => {
    if (waiting.get(id) === take) waiting.delete(id);
  };
}
