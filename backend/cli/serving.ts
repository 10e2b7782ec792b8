import type { Backend } from '../app.ts';
import { tellServiceManager } from './service-manager.ts';

export interface Serving {
  /** For the backend: what cannot be gone on with is said, and the process ends with a failure. */
  onFatal(sentence: string): void;
  stop(): void;
  /** Says that it is ready, in one line of JSON, and serves until it is told to stop. */
  untilStopped(backend: Backend, more: object): Promise<void>;
}

/**
 * Follows SIGINT and SIGTERM from now on. SIGHUP reads the policy again: one that comes before the backend is up is
 * remembered, since it may have read the policy already.
 */
export function beginServing(): Serving {
  const stop = new AbortController();
  let reload: (() => void) | undefined;
  let asked = false;
  process.on('SIGHUP', () => {
    asked = true;
    reload?.();
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  return {
    onFatal(sentence) {
      console.error(sentence);
      process.exitCode = 1;
      stop.abort();
    },
    stop: () => stop.abort(),
    async untilStopped(backend, more) {
      const { address, gateway } = backend;
      reload = () => void backend.reloadPolicy();
      if (asked) reload();
      const { host, port } = gateway;
      process.stdout.write(`${JSON.stringify({ event: 'ready', address, gateway: { host, port }, ...more })}\n`);
      await tellServiceManager();
      if (!stop.signal.aborted)
        await new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
      await backend.dispose();
    },
  };
}
