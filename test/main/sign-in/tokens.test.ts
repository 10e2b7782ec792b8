import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Tokens } from '../../../main/sign-in/tokens.ts';
import type { Tokens as Reply } from '../../../protocol/api/routes.ts';
import { AppError, type ErrorCode } from '../../../protocol/errors.ts';
import { erin } from '../examples.ts';
import { FakeTime } from '../fake-time.ts';

const reply = (n: number): Reply => ({
  accessToken: `access-${n}`,
  accessExpiresInSeconds: 600,
  refreshToken: `refresh-${n}`,
  person: erin,
});

/** Answers refreshes as a backend with rotation does: each refresh token is good once. */
function setUp() {
  const time = new FakeTime();
  const used: string[] = [];
  const rotated: string[] = [];
  const lost: ErrorCode[] = [];
  const backend = { fails: undefined as AppError | undefined, hold: undefined as Promise<void> | undefined };
  const tokens = new Tokens({
    clock: time,
    async refresh(refreshToken) {
      await backend.hold;
      if (backend.fails) throw backend.fails;
      if (used.includes(refreshToken)) throw new AppError('refresh-token-reused', 'used twice');
      used.push(refreshToken);
      return reply(Number(refreshToken.split('-')[1]) + 1);
    },
    onRotated: (refreshToken) => rotated.push(refreshToken),
    onLost: (reason) => lost.push(reason.code),
  });
  tokens.take(reply(1));
  return { time, tokens, used, rotated, lost, backend };
}

describe('tokens', () => {
  it('are used until shortly before they expire', async () => {
    const { time, tokens, used } = setUp();
    expect(await tokens.access()).toBe('access-1');
    time.pass(569_000);
    expect(await tokens.access()).toBe('access-1');
    expect(used).toEqual([]);
  });

  it('are refreshed before they expire, and the new refresh token is handed on', async () => {
    const { time, tokens, rotated } = setUp();
    time.pass(571_000);
    expect(await tokens.access()).toBe('access-2');
    expect(rotated).toEqual(['refresh-2']);
  });

  it('are refreshed once, however many ask at the same time', async () => {
    const { time, tokens, used } = setUp();
    time.pass(600_000);
    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.access()));
    expect(new Set(all)).toEqual(new Set(['access-2']));
    expect(used).toEqual(['refresh-1']);
  });

  it('do not live longer because the wall clock was set back', async () => {
    const { time, tokens } = setUp();
    time.pass(600_000);
    time.setWall(-600_000);
    expect(await tokens.access()).toBe('access-2');
  });

  it('are refreshed after the backend refused one, once for all who were refused with it', async () => {
    const { tokens, used } = setUp();
    tokens.reject('access-1');
    tokens.reject('access-1');
    await Promise.all([tokens.access(), tokens.access()]);
    tokens.reject('access-1');
    expect(await tokens.access()).toBe('access-2');
    expect(used).toEqual(['refresh-1']);
  });

  it.each<ErrorCode>(['offline', 'timed-out', 'unavailable', 'too-many-requests', 'internal'])(
    'are kept when the refresh fails with %s, and work again later',
    async (code) => {
      const { time, tokens, lost, backend } = setUp();
      time.pass(600_000);
      backend.fails = new AppError(code, 'x');
      await expect(tokens.access()).rejects.toMatchObject({ code });
      expect(tokens.held).toBe(true);
      expect(lost).toEqual([]);
      backend.fails = undefined;
      expect(await tokens.access()).toBe('access-2');
    },
  );

  it.each<ErrorCode>(['sign-in-expired', 'refresh-token-reused', 'not-signed-in', 'not-allowed'])(
    'are forgotten when the refresh fails with %s, and that is told once',
    async (code) => {
      const { time, tokens, lost, backend } = setUp();
      time.pass(600_000);
      backend.fails = new AppError(code, 'x');
      await Promise.allSettled([tokens.access(), tokens.access()]);
      expect(tokens.held).toBe(false);
      expect(lost).toEqual([code]);
      await expect(tokens.access()).rejects.toMatchObject({ code: 'not-signed-in' });
      expect(lost).toEqual([code]);
    },
  );

  it('of a sign-in that ended meanwhile are not taken from a late refresh', async () => {
    const { time, tokens, rotated, backend } = setUp();
    time.pass(600_000);
    let release = () => {};
    backend.hold = new Promise((resolve) => {
      release = resolve;
    });
    const late = tokens.access();
    tokens.destroy();
    release();
    await expect(late).rejects.toMatchObject({ code: 'not-signed-in' });
    expect(tokens.held).toBe(false);
    expect(rotated).toEqual([]);
  });

  it('of a new sign-in are not lost to the refusal of the old one', async () => {
    const { time, tokens, lost, backend } = setUp();
    time.pass(600_000);
    let release = () => {};
    backend.hold = new Promise((resolve) => {
      release = resolve;
    });
    backend.fails = new AppError('sign-in-expired', 'x');
    const late = tokens.access();
    tokens.take(reply(7));
    release();
    await expect(late).rejects.toMatchObject({ code: 'sign-in-expired' });
    expect(lost).toEqual([]);
    expect(await tokens.access()).toBe('access-7');
  });

  it('show in nothing that is printed', () => {
    expect(inspect(setUp().tokens, { depth: 9, showHidden: true })).not.toMatch(/access-1|refresh-1/);
  });
});
