import { describe, expect, it, vi } from 'vitest';
import { answer, type Caller, type Handlers, isOurPage } from '../../main/commands.ts';
import { AppError } from '../../protocol/errors.ts';
import { COMMAND_NAMES } from '../../protocol/ipc/command-names.ts';
import type { CommandName } from '../../protocol/ipc/commands.ts';

const caller: Caller = {
  sendPort: () => {
    throw new Error('not here');
  },
};

/** Every handler notes that it ran; `say` is what it then gives back. */
function handlersThat(say: (name: CommandName) => unknown = () => ({})) {
  const ran: CommandName[] = [];
  const handlers = Object.fromEntries(
    COMMAND_NAMES.map((name) => [
      name,
      () => {
        ran.push(name);
        return say(name);
      },
    ]),
  ) as unknown as Handlers;
  return { handlers, ran };
}

describe('who may send a command', () => {
  it.each([
    ['app://sallyport/index.html#popover', true, true],
    ['app://sallyport/index.html#terminal', true, true],
    ['app://sallyport/index.html', false, false],
    ['app://sallyport.evil.example/index.html', true, false],
    ['app://other/index.html', true, false],
    ['https://sallyport/index.html', true, false],
    ['file:///app://sallyport/index.html', true, false],
    ['data:text/html,app://sallyport/', true, false],
    ['about:blank', true, false],
    ['', true, false],
  ])('%s (top frame: %s) → %s', (url, isTop, expected) => {
    expect(isOurPage({ url, isTop })).toBe(expected);
  });

  it('is nobody when the frame is gone', () => {
    expect(isOurPage(undefined)).toBe(false);
  });

  it.each(COMMAND_NAMES)('%s from a stranger never reaches its handler', async (name) => {
    const { handlers, ran } = handlersThat();
    const result = await answer(handlers, name, {}, undefined, () => undefined);
    expect(result).toMatchObject({ ok: false, error: { code: 'not-allowed' } });
    expect(ran).toEqual([]);
  });
});

const ask = { target: 'db-1', login: 'deploy', durationSeconds: 900, reason: '', ticket: '' };
const req = 'req_0000000001';
const gra = 'gra_0000000001';

describe('malformed input never reaches a handler', () => {
  it.each<[CommandName, unknown]>([
    ['snapshot.show', undefined],
    ['snapshot.show', null],
    ['snapshot.show', { extra: 1 }],
    ['snapshot.show', []],
    ['requests.create', { ask }],
    ['requests.create', { ask, openTerminal: 'yes' }],
    ['requests.create', { ask: { ...ask, target: '../etc' }, openTerminal: true }],
    ['requests.create', { ask: { ...ask, login: 'root; rm' }, openTerminal: true }],
    ['requests.create', { ask: { ...ask, durationSeconds: Number.NaN }, openTerminal: true }],
    ['requests.create', { ask: { ...ask, durationSeconds: 1e9 }, openTerminal: true }],
    ['requests.create', { ask: { ...ask, reason: 'x'.repeat(2001) }, openTerminal: true }],
    ['requests.create', { ask: { ...ask, approver: 'me' }, openTerminal: true }],
    ['requests.dryRun', { ...ask, durationSeconds: '900' }],
    ['requests.cancel', { id: gra }],
    ['requests.cancel', { id: 'req_../../x' }],
    ['requests.decide', { id: req, verdict: 'maybe', reason: '' }],
    ['requests.decide', { id: req, verdict: 'approve', reason: '', groups: ['leads'] }],
    ['grants.release', { id: req }],
    ['grants.release', { id: [gra] }],
    ['grants.revoke', { id: gra, reason: '' }],
    ['terminal.open', { grantId: 'term-1' }],
    ['terminal.attach', { id: 'term-1', cols: 0, rows: 24 }],
    ['terminal.attach', { id: 'term-1', cols: 80, rows: 1e6 }],
    ['terminal.attach', { id: 'term-x', cols: 80, rows: 24 }],
    ['settings.change', { theme: 'pink' }],
    ['settings.change', { terminalFontSize: 1 }],
    ['settings.change', { __proto__: { theme: 'dark' }, nonsense: true }],
    ['connection.choose', { address: '' }],
    ['connection.choose', { address: 'x'.repeat(301) }],
    ['clipboard.write', { text: { toString: 'x' } }],
  ])('%s %j', async (name, input) => {
    const { handlers, ran } = handlersThat();
    const result = await answer(handlers, name, input, caller, () => undefined);
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'invalid-input', message: expect.stringMatching(/\.$/) },
    });
    expect(ran).toEqual([]);
  });
});

describe('what comes back', () => {
  it('is the value of the handler', async () => {
    const { handlers } = handlersThat(() => ({ text: 'hello' }));
    const result = await answer(handlers, 'clipboard.read', {}, caller, () => undefined);
    expect(result).toEqual({ ok: true, value: { text: 'hello' } });
  });

  it('is a refusal as it was meant, with its field', async () => {
    const { handlers } = handlersThat(() => {
      throw new AppError('not-allowed', 'No.', { field: 'login', cause: new Error('secret inner words') });
    });
    const result = await answer(handlers, 'signIn.end', {}, caller, () => undefined);
    expect(result).toEqual({ ok: false, error: { code: 'not-allowed', message: 'No.', field: 'login' } });
  });

  it('is never the inner words of an error that is not ours; the log has them', async () => {
    const inner = new Error('ENOENT /home/erin/secret');
    const { handlers } = handlersThat(() => Promise.reject(inner));
    const onError = vi.fn();
    const result = await answer(handlers, 'signIn.end', {}, caller, onError);
    expect(result).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(JSON.stringify(result)).not.toContain('secret');
    expect(onError).toHaveBeenCalledWith('signIn.end', inner);
  });

  it('is never what its schema does not declare', async () => {
    const { handlers } = handlersThat(() => ({ id: 'term-1', privateKey: 'oops' }));
    const result = await answer(handlers, 'terminal.open', { grantId: gra }, caller, () => undefined);
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result)).not.toContain('oops');
  });
});
