import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { busSocketPath } from '../../../main/tray/message-bus.ts';
import { onTrayHost } from '../../../main/tray/tray-host.ts';
import { Desktop } from '../../support/desktop/desktop.ts';
import { Occurrences } from '../../support/occurrences.ts';

describe('where the message bus listens', () => {
  it.each([
    ['unix:path=/run/user/1000/bus', '/run/user/1000/bus'],
    ['unix:path=/tmp/a%20b,guid=0123', '/tmp/a b'],
    ['tcp:host=localhost,port=1;unix:abstract=/tmp/x,guid=1', '\0/tmp/x'],
    ['unix:runtime=yes', undefined],
    ['tcp:host=localhost,port=1', undefined],
    ['', undefined],
    ['nonsense', undefined],
  ])('%j → %j', (address, path) => {
    expect(busSocketPath(address)).toBe(path);
  });
});

describe('a tray that appears', () => {
  let desktop: Desktop;
  let seen: Occurrences<'tray'>;
  let stop: () => void;
  beforeEach(async () => {
    desktop = await Desktop.start({ tray: false });
    seen = new Occurrences('tray');
    stop = onTrayHost(
      desktop.env,
      () => seen.add('tray'),
      () => undefined,
    );
  });
  afterEach(async () => {
    stop();
    await desktop.dispose();
  });
  /** Until the bus knows what we listen for. */
  const settled = () => new Promise((resolve) => setTimeout(resolve, 300));

  it('is seen when it starts, and again when it starts anew', async () => {
    await settled();
    expect(seen.all).toHaveLength(0);
    await desktop.tray.start();
    await seen.first();
    await desktop.tray.stop();
    await settled();
    expect(seen.all).toHaveLength(1);
    await desktop.tray.start();
    await seen.first(() => true, { from: 1 });
  });

  it('is not told after it was stopped', async () => {
    await settled();
    stop();
    await desktop.tray.start();
    await settled();
    expect(seen.all).toHaveLength(0);
  });
});

describe('a message bus that is not one', () => {
  it.each([
    ['refuses us', 'REJECTED EXTERNAL\r\n'],
    ['closes at once', ''],
  ])('%s: it is told, and nothing breaks', async (_name, words) => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-bus-'));
    const path = join(folder, 'bus');
    const server = createServer((socket) => socket.resume().end(words)).listen(path);
    const ended = new Occurrences<'end'>('end');
    onTrayHost(
      { DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}` },
      () => expect.unreachable(),
      () => ended.add('end'),
    );
    await ended.first();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  it('is not there: it is told, and nothing breaks', async () => {
    const ended = new Occurrences<'end'>('end');
    onTrayHost(
      { XDG_RUNTIME_DIR: '/nowhere' },
      () => expect.unreachable(),
      () => ended.add('end'),
    );
    await ended.first();
  });
});
