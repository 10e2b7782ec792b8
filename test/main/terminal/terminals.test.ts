import { generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Files } from '../../../main/terminal/files/files.ts';
import { Unfinished } from '../../../main/terminal/files/unfinished.ts';
import { Terminals } from '../../../main/terminal/terminals.ts';
import type { Grant } from '../../../protocol/model/grant.ts';
import { ed25519Blob } from '../../../protocol/ssh/public-key.ts';
import { ended, grant, NOW, newStore, signedIn } from '../examples.ts';
import { certify } from '../grants/certify.ts';
import { SmallGateway } from './small-gateway.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function setUp(fields: Partial<Grant> = {}) {
  const gateway = await SmallGateway.start();
  ends.push(() => gateway.dispose());
  const store = newStore(signedIn(), { kind: 'grant-changed', grant: grant(fields) });
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const clocks = { mayUse: true, mayPass: true };
  const shown: string[] = [];
  let none = 0;
  const parts = {
    ...{ store, mayUse: () => clocks.mayUse, mayPass: () => clocks.mayPass, onProblem: () => undefined },
  };
  const terminals = new Terminals({
    ...parts,
    credential: async (grantId) => ({
      ...{ grantId, username: 'deploy@db-1', certificate: certify(ed25519Blob(publicKey), Date.now(), 60_000) },
      endpoint: { kind: 'gateway', host: '127.0.0.1', port: gateway.port, hostKeys: [gateway.hostKeyLine] },
      sign: (data) => sign(null, data, privateKey),
    }),
    show: (id) => shown.push(id),
    onNone: () => {
      none += 1;
    },
    now: () => NOW,
  });
  ends.push(() => terminals.dispose());
  const files = new Files({
    ...{ ...parts, terminals, unfinished: new Unfinished('/dev/null/unfinished.json', () => undefined) },
    ...{ askFilesToSend: async () => [], askFolderToSaveIn: async () => null, confirmSending: async () => false },
  });
  const { id } = grant(fields);
  const of = (terminalId: string) => store.state.terminals.find((t) => t.id === terminalId);
  const opened = async (terminalId: string): Promise<void> => {
    await expect.poll(() => of(terminalId)?.status.state).toBe('open');
  };
  return { gateway, store, clocks, shown, terminals, files, id, of, opened, none: () => none };
}

describe('a terminal', () => {
  it('is opened in a tab of its own, or beside another', async () => {
    const { terminals, id, of, shown } = await setUp();
    const first = terminals.open(id).id;
    const beside = { id: first, edge: 'below' } as const;
    const second = terminals.open(id, { beside, replaces: null }).id;
    expect([of(first)?.beside, of(second)?.beside]).toEqual([null, beside]);
    expect(of(first)).toMatchObject({ title: 'deploy@db-1', grantId: id, endsAt: grant().endsAt });
    expect(shown).toEqual([first, second]);
  });

  it('that is closed leaves its place to the one beside it', async () => {
    const { terminals, id, of, none } = await setUp();
    const first = terminals.open(id).id;
    const second = terminals.open(id, { beside: { id: first, edge: 'right' }, replaces: null }).id;
    terminals.close(first);
    expect(of(second)?.beside).toBeNull();
    terminals.close(second);
    expect(none()).toBe(1);
  });

  it('that has ended is opened again in its place, with its id, while the access lives', async () => {
    const { terminals, id, of, opened, gateway } = await setUp();
    const first = terminals.open(id).id;
    const second = terminals.open(id, { beside: { id: first, edge: 'right' }, replaces: null }).id;
    await opened(second);
    // Read by a page, as every terminal is.
    terminals.attach(second, { cols: 80, rows: 24 }, () => {
      const [postMessage, on, start, close] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()];
      return { postMessage, on, start, close };
    });
    for (const shell of gateway.shells.all) {
      shell.exit(0);
      shell.end();
    }
    await expect.poll(() => of(second)?.status.state).toBe('ended');
    expect(terminals.open(id, { beside: null, replaces: second })).toEqual({ id: second });
    expect(of(second)).toMatchObject({ beside: { id: first, edge: 'right' }, status: { state: 'opening' } });
    await opened(second);
  });

  it('that was replaced says no more of itself', async () => {
    const { terminals, id, of, opened, store } = await setUp();
    const first = terminals.open(id).id;
    await opened(first);
    terminals.cut({ grantId: id, reason: null, sentence: 'access ended 14:05: you signed out' });
    terminals.open(id, { beside: null, replaces: first });
    await opened(first);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(of(first)?.status).toEqual({ state: 'open' });
    expect(store.state.terminals).toHaveLength(1);
  });

  it('ends later when its access was made longer, and only then', async () => {
    const { terminals, id, of, opened, store, gateway } = await setUp();
    const first = terminals.open(id).id;
    await opened(first);
    const endsAt = grant().endsAt + 900_000;
    store.apply({ kind: 'grant-changed', grant: grant({ endsAt }) });
    expect(of(first)).toMatchObject({ endsAt, status: { state: 'open' } });
    expect(gateway.connections.all).toHaveLength(1);
    terminals.cut({ grantId: id, reason: 'released', sentence: 'access ended' });
    store.apply({ kind: 'grant-changed', grant: grant({ endsAt: endsAt + 1, status: ended('released') }) });
    expect(of(first)?.endsAt).toBe(endsAt);
  });
});

describe('what does not open', () => {
  it.each([
    ['nothing, once the access is over or drains', { mayUse: false }, {}, {}, 'grant-not-live'],
    ['a role without a shell', {}, { limits: { ...grant().limits, shell: false } }, {}, 'not-allowed'],
    ['beside a terminal that is not there', {}, {}, { beside: { id: 'term-9', edge: 'right' } }, 'not-found'],
    ['in the place of one that is not there', {}, {}, { replaces: 'term-9' }, 'not-found'],
  ] as const)('%s', async (_name, clocks, fields, place, code) => {
    const { terminals, id, store, clocks: held } = await setUp(fields);
    Object.assign(held, clocks);
    expect(() => terminals.open(id, { beside: null, replaces: null, ...place })).toThrow(
      expect.objectContaining({ code }),
    );
    expect(store.state.terminals).toEqual([]);
  });

  it('in the place of one that runs', async () => {
    const { terminals, id, opened } = await setUp();
    const first = terminals.open(id).id;
    await opened(first);
    const again = () => terminals.open(id, { beside: null, replaces: first });
    expect(again).toThrow(expect.objectContaining({ code: 'wrong-state' }));
  });

  it('with an access that is not known', async () => {
    const { terminals } = await setUp();
    expect(() => terminals.open('gra_9999999999')).toThrow(expect.objectContaining({ code: 'grant-not-live' }));
  });
});

describe('files', () => {
  it('of a target without SFTP are refused with a sentence', async () => {
    const { terminals, files, id, opened } = await setUp();
    const terminal = terminals.open(id).id;
    await opened(terminal);
    await expect(files.list(terminal, '.')).rejects.toMatchObject({
      message: 'The target offers no file transfer (SFTP).',
    });
  });

  it.each([
    ['while it opens', 'wrong-state', (t: Terminals) => t],
    ['that is closed', 'not-found', (t: Terminals, id: string) => t.close(id)],
  ] as const)('of a terminal %s are refused', async (_name, code, act) => {
    const { terminals, files, id } = await setUp();
    const terminal = terminals.open(id).id;
    act(terminals, terminal);
    await expect(files.list(terminal, '.')).rejects.toMatchObject({ code });
    await expect(files.download(terminal, ['/etc/passwd'])).rejects.toMatchObject({ code });
  });
});
