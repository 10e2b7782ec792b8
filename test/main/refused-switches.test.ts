import { describe, expect, it } from 'vitest';
import { refusedSwitch } from '../../main/refused-switches.ts';

const startedWith = (...names: string[]) => refusedSwitch((name) => names.includes(name));

describe('a packaged app', () => {
  it.each([
    ['remote-debugging-port', /remote debugging/],
    ['remote-debugging-pipe', /remote debugging/],
    ['ignore-certificate-errors', /pass for your backend/],
    ['ignore-certificate-errors-spki-list', /pass for your backend/],
    ['host-rules', /lead elsewhere/],
    ['host-resolver-rules', /lead elsewhere/],
    ['ssl-key-log-file', /how to read what it sends/],
  ])('does not start with --%s', (name, why) => {
    expect(startedWith('hidden', name)).toMatch(why);
  });

  it.each([['hidden'], ['proxy-server'], ['lang'], ['force-device-scale-factor']])('starts with --%s', (name) => {
    expect(startedWith(name)).toBeUndefined();
  });
});
