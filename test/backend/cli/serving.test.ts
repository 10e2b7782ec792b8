import { afterEach, expect, test, vi } from 'vitest';
import type { Backend } from '../../../backend/app.ts';
import { beginServing } from '../../../backend/cli/serving.ts';

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
const before = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));
afterEach(() => {
  for (const signal of SIGNALS)
    for (const listener of process.listeners(signal))
      if (!before.get(signal)?.includes(listener)) process.off(signal, listener);
  vi.restoreAllMocks();
});

function aBackend() {
  const reloadPolicy = vi.fn(async () => undefined);
  const gateway = { host: '127.0.0.1', port: 2222, hostKeys: [] };
  const backend: Backend = {
    address: 'http://127.0.0.1:1',
    gateway,
    reloadPolicy,
    dispose: vi.fn(async () => undefined),
  };
  return { backend, reloadPolicy };
}
const quietly = () => vi.spyOn(process.stdout, 'write').mockReturnValue(true);

test('a SIGHUP during the start does not end it, and the policy is read again once the backend is up', async () => {
  const serving = beginServing();
  expect(process.emit('SIGHUP')).toBe(true);
  process.emit('SIGHUP');
  const ready = quietly();
  const { backend, reloadPolicy } = aBackend();
  const served = serving.untilStopped(backend, {});
  await expect.poll(() => ready.mock.calls.length).toBe(1);
  expect(reloadPolicy).toHaveBeenCalledTimes(1);
  process.emit('SIGHUP');
  expect(reloadPolicy).toHaveBeenCalledTimes(2);
  serving.stop();
  await served;
  expect(backend.dispose).toHaveBeenCalled();
});

test('without one, the policy is not read a second time', async () => {
  quietly();
  const serving = beginServing();
  const { backend, reloadPolicy } = aBackend();
  serving.stop();
  await serving.untilStopped(backend, {});
  expect(reloadPolicy).not.toHaveBeenCalled();
});
