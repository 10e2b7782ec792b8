import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Keys } from '../../main/keys.ts';
import { AppError } from '../../protocol/errors.ts';
import { ed25519SignatureBlob, verifyEd25519 } from '../../protocol/ssh/signature.ts';
import { deadline } from '../../protocol/time.ts';
import { FakeTime } from './fake-time.ts';

const DATA = Buffer.from('sign me');

function setUp() {
  const time = new FakeTime();
  const keys = new Keys();
  const until = deadline(time, time.now() + 60_000);
  return { time, keys, until, publicKey: keys.make('g', until) };
}

const notLive = expect.objectContaining({ code: 'grant-not-live' });

describe('a key', () => {
  it('signs for its public key while the grant lives', () => {
    const { keys, publicKey } = setUp();
    expect(verifyEd25519(publicKey, DATA, ed25519SignatureBlob(keys.sign('g', DATA)))).toBe(true);
  });

  it('is made once for a grant', () => {
    const { keys, until, publicKey } = setUp();
    expect(keys.make('g', until)).toEqual(publicKey);
  });

  it('stays the same when the grant gets more time, and signs until the new end', () => {
    const { time, keys, publicKey } = setUp();
    expect(keys.make('g', deadline(time, time.now() + 120_000))).toEqual(publicKey);
    time.pass(119_000);
    expect(keys.sign('g', DATA)).toHaveLength(64);
    time.pass(1_000);
    expect(() => keys.sign('g', DATA)).toThrow(notLive);
  });

  it('signs no longer than a grant that lost time', () => {
    const { time, keys, publicKey } = setUp();
    expect(keys.make('g', deadline(time, time.now() + 10_000))).toEqual(publicKey);
    time.pass(10_000);
    expect(() => keys.sign('g', DATA)).toThrow(notLive);
  });

  it('that is over is not revived by more time: it is another key', () => {
    const { time, keys, publicKey } = setUp();
    time.pass(60_000);
    expect(keys.make('g', deadline(time, time.now() + 60_000))).not.toEqual(publicKey);
  });

  it.each<[string, (parts: ReturnType<typeof setUp>) => void]>([
    ['after the deadline', ({ time }) => time.pass(60_000)],
    ['after a sleep over the deadline, when no timer has run', ({ time }) => time.sleep(61_000)],
    [
      'after the deadline, though the wall clock was set back',
      ({ time }) => {
        time.setWall(-3_600_000);
        time.pass(60_000);
      },
    ],
    ['after it was destroyed', ({ keys }) => keys.destroy('g')],
    ['after all were destroyed', ({ keys }) => keys.destroyAll()],
  ])('does not sign %s', (_name, happens) => {
    const parts = setUp();
    happens(parts);
    expect(() => parts.keys.sign('g', DATA)).toThrow(notLive);
  });

  it('does not sign again when the clock is set back after it refused', () => {
    const { time, keys } = setUp();
    time.sleep(61_000);
    expect(() => keys.sign('g', DATA)).toThrow(notLive);
    time.setWall(-61_000);
    expect(() => keys.sign('g', DATA)).toThrow(notLive);
  });

  it('does not sign for a grant that has none', () => {
    expect(() => setUp().keys.sign('another', DATA)).toThrow(AppError);
  });

  it('is not made for a grant that is over', () => {
    const { time, until } = setUp();
    time.pass(60_000);
    const keys = new Keys();
    expect(() => keys.make('g', until)).toThrow(notLive);
    expect(keys.has('g')).toBe(false);
  });

  it('shows in nothing that is printed or stored', () => {
    const { keys } = setUp();
    expect(inspect(keys, { depth: 9, showHidden: true })).not.toMatch(/PRIVATE|KeyObject/i);
    expect(JSON.stringify(keys)).toBe('{}');
  });
});
