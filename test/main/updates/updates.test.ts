import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beside } from '../../../main/updates/beside.ts';
import { partFile } from '../../../main/updates/download.ts';
import { readHandOver } from '../../../main/updates/hand-over-file.ts';
import { handOverWaits } from '../../../main/updates/hand-over-waits.ts';
import { writeRefused } from '../../../main/updates/refused-file.ts';
import { Updates } from '../../../main/updates/updates.ts';
import type { Settings } from '../../../protocol/ipc/settings.ts';
import type { Artefact, Feed } from '../../../protocol/update/feed.ts';
import type { ReleaseKey } from '../../../protocol/update/keys.ts';
import { trustFrom } from '../../../protocol/update/trust.ts';
import { newStore, silentLog } from '../examples.ts';
import { FileServer, stallAfter, status, whole } from './file-server.ts';
import { makeVersion, packVersion } from './packed-version.ts';
import { newSigner, signedFeed } from './signed-feed.ts';

const signer = newSigner();
const HOUR = 3_600_000;
let folder: string;
let path: string;
let server: FileServer;
let newer: { file: string; sha256: string; bytes: number };
let content: Buffer;
let disposals: (() => void)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-updates-'));
  path = join(folder, 'apps', 'Sallyport');
  disposals = [];
  await mkdir(join(folder, 'data'));
  await makeVersion(path, { version: '1.0.0' });
  newer = await packVersion(folder, { version: '1.1.0' });
  content = await readFile(newer.file);
  server = await FileServer.start(status(404));
});

afterEach(async () => {
  for (const dispose of disposals) dispose();
  await server.dispose();
  await rm(folder, { recursive: true, force: true });
});

const artefact = (): Artefact => ({
  ...{ platform: 'linux', arch: process.arch === 'arm64' ? 'arm64' : 'x64', format: 'tar.gz', name: 'S.tar.gz' },
  ...{ bytes: newer.bytes, sha256: newer.sha256 },
});
/** The backend has this feed, and its installers. */
function offers(fields: Partial<Feed> = {}, file: Buffer = content): void {
  const feed = Buffer.from(signedFeed([signer], { audience: [server.origin], artefacts: [artefact()], ...fields }));
  server.answerNow((request, response) => whole(request.url?.endsWith('.json') ? feed : file)(request, response));
}

function setUp({
  settings = {},
  keys,
  version = '1.0.0',
}: {
  settings?: Partial<Settings>;
  keys?: readonly ReleaseKey[];
  version?: string;
} = {}) {
  const store = newStore();
  const change = (fields: Partial<Settings>): void =>
    store.apply({ kind: 'settings', settings: { ...store.state.settings, ...fields } });
  change({ backendAddress: server.origin, ...settings });
  let enforced = keys;
  const seen: string[] = [];
  store.subscribe((state, before) => {
    if (state.update !== before.update && seen.at(-1) !== state.update.state) seen.push(state.update.state);
  });
  const timers: { ms: number; act: () => void }[] = [];
  let restarts = 0;
  let later = 0;
  const updates = new Updates({
    ...{ store, log: silentLog, clock: { now: () => Date.now() + later, monotonic: () => performance.now() }, fetch },
    program: { version, isPackaged: true, executable: join(path, 'sallyport'), resourcesPath: join(path, 'resources') },
    ...{ dataFolder: join(folder, 'data'), keysFile: join(folder, 'keys.json'), random: () => 0.5 },
    enforcedKeys: () => enforced,
    after: (ms, act) => {
      const timer = { ms, act };
      timers.push(timer);
      return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1));
    },
    restart: () => {
      restarts += 1;
    },
  });
  disposals.push(() => updates.dispose());
  const settled = () => expect.poll(() => store.state.update.state, { timeout: 10_000 });
  return {
    ...{ updates, store, change, seen, timers, settled, restarts: () => restarts },
    /** The organisation enforces other keys, in the same place. */
    pin(others: readonly ReleaseKey[]): void {
      enforced = others;
      store.apply({ kind: 'managed', managed: { ...store.state.managed } });
    },
    /** Moves the clock by so many ms. */
    setClock(ms: number): void {
      later = ms;
    },
    /** The time of the next look has come. */
    async timePasses(): Promise<void> {
      const [timer] = timers.splice(0, 1);
      timer?.act();
    },
  };
}
beforeEach(() => writeFile(join(folder, 'keys.json'), JSON.stringify([signer.key])));

describe('an app that looks for a newer version', () => {
  it.each<[string, Parameters<typeof setUp>[0], RegExp]>([
    ['without a backend', { settings: { backendAddress: '' } }, /choose one first/],
    ['that was told not to', { settings: { updates: 'off' } }, /switched off/],
    ['whose organisation enforces no key at all', { keys: [] }, /no release key/],
  ])('%s does not', async (_name, options, why) => {
    const { updates, store } = setUp(options);
    await updates.check();
    expect(store.state.update).toEqual({ state: 'off', why: expect.stringMatching(why) });
    expect(server.asked).toEqual([]);
  });

  it('without keys of its own does not', async () => {
    await writeFile(join(folder, 'keys.json'), '[]');
    const { updates, store } = setUp();
    await updates.check();
    expect(store.state.update.state).toBe('off');
    expect(server.asked).toEqual([]);
  });

  it('whose policy cannot be read does not', async () => {
    const { updates, store } = setUp();
    const problem = { code: 'internal', message: 'x' } as const;
    store.apply({ kind: 'managed', managed: { ...store.state.managed, problem } });
    await updates.check();
    expect(store.state.update.state).toBe('off');
  });

  it.each<[string, () => void, readonly ReleaseKey[] | undefined, RegExp]>([
    ['a feed of a stranger', () => offers(), [newSigner().key], /not trusted here/],
    ['no backend there', () => server.answerNow(status(500)), undefined, /status 500/],
  ])('and finds %s says so, asks for nothing else and tries again later', async (_name, prepare, keys, message) => {
    prepare();
    const { updates, store, timers } = setUp(keys ? { keys } : {});
    await updates.check();
    expect(store.state.update).toMatchObject({
      state: 'failed',
      version: null,
      problem: { message: expect.stringMatching(message) },
    });
    expect(server.asked).toEqual(['/updates/stable.json']);
    await expect.poll(() => timers.length).toBe(1);
    expect(timers[0]?.ms).toBeLessThanOrEqual(HOUR / 4);
  });

  it.each<[string, Partial<Feed>]>([
    ['an older version', { version: '0.9.0' }],
    ['the same version', { version: '1.0.0' }],
    ['a pause', { paused: true }],
    ['a roll-out to others', { rolloutPercent: 0 }],
  ])('and finds %s goes on as it is', async (_name, fields) => {
    offers(fields);
    const { updates, store, timers } = setUp();
    await updates.check();
    expect(store.state.update).toEqual({ state: 'current', checkedAt: expect.any(Number) });
    expect(server.asked).toEqual(['/updates/stable.json']);
    await expect.poll(() => timers.length).toBe(1);
    expect(timers[0]?.ms).toBeGreaterThanOrEqual(4 * HOUR);
  });

  it('and gets another file than was signed goes on as it is, and nothing stays', async () => {
    offers({}, randomBytes(newer.bytes));
    const { updates, store, settled } = setUp();
    await updates.check();
    await settled().toBe('failed');
    expect(store.state.update).toMatchObject({
      version: '1.1.0',
      problem: { message: expect.stringContaining('not what was signed') },
    });
    expect(await readdir(join(folder, 'data', 'updates'))).toEqual([]);
    expect(await readdir(join(folder, 'apps'))).toEqual(['Sallyport']);
  });

  it('does not try again what did not start here', async () => {
    await mkdir(join(folder, 'data', 'updates'));
    await writeRefused(join(folder, 'data'), { version: '1.1.0', sha256: newer.sha256 });
    offers();
    const { updates, store } = setUp();
    await updates.check();
    expect(store.state.update).toMatchObject({
      state: 'failed',
      problem: { message: expect.stringContaining('did not start') },
    });
    expect(server.asked).toEqual(['/updates/stable.json']);
  });

  it('fetches it and lays it ready for the next start', async () => {
    offers();
    const { updates, store, seen, settled, restarts } = setUp();
    await expect(updates.install()).rejects.toMatchObject({ code: 'wrong-state' });
    await updates.check();
    await settled().toBe('ready');
    expect(store.state.update).toEqual({ state: 'ready', version: '1.1.0', notes: 'Better.' });
    expect(seen).toEqual(['checking', 'downloading', 'ready']);
    expect(readHandOver(join(folder, 'data'))).toEqual({
      state: 'ready',
      path,
      backend: server.origin,
      version: '1.1.0',
      sha256: newer.sha256,
      pinned: trustFrom([signer.key]).pinned,
    });
    await updates.install();
    expect(restarts()).toBe(1);
    expect(await updates.leave(true)).toBe(false);
  });

  it.each<[string, (app: ReturnType<typeof setUp>) => void, string]>([
    ['is paused', () => offers({ paused: true, sequence: 2 }), 'current'],
    ['is taken back', () => offers({ version: '1.0.0', sequence: 2 }), 'current'],
    ['is only to be told of now', ({ change }) => change({ updates: 'notify' }), 'available'],
    ['is not to be looked for any more', ({ change }) => change({ updates: 'off' }), 'off'],
  ])('does not install at the next start what lies ready and %s', async (_name, happens, state) => {
    offers();
    const app = setUp();
    await app.updates.check();
    await app.settled().toBe('ready');
    happens(app);
    await app.updates.check();
    await app.settled().toBe(state);
    expect(handOverWaits(join(folder, 'data'))).toBe(false);
  });

  it('keeps what lies ready while the backend is away', async () => {
    offers();
    const { updates, store, settled } = setUp();
    await updates.check();
    await settled().toBe('ready');
    server.answerNow(status(503));
    await updates.check();
    expect(store.state.update.state).toBe('ready');
    expect(handOverWaits(join(folder, 'data'))).toBe(true);
  });

  it.each<[string, (app: ReturnType<typeof setUp>) => void]>([
    ['whose keys the organisation does not trust any more', ({ pin }) => pin([newSigner().key])],
    ['that another backend offered', ({ change }) => change({ backendAddress: 'http://127.0.0.1:9' })],
    ['of another channel', ({ change }) => change({ updateChannel: 'beta' })],
  ])('does not keep what lies ready %s, though nobody offers something else', async (_name, happens) => {
    offers();
    const app = setUp({ keys: [signer.key] });
    await app.updates.check();
    await app.settled().toBe('ready');
    happens(app);
    expect(app.timers.map(({ ms }) => ms)).toEqual([2_000]);
    await app.timePasses();
    await app.settled().toBe('failed');
    expect(handOverWaits(join(folder, 'data'))).toBe(false);
  });

  it('looks again when the organisation pins other keys in the middle of a look', async () => {
    const feed = Buffer.from(signedFeed([signer], { audience: [server.origin], artefacts: [artefact()] }));
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    server.answerNow((request, response) => void gate.then(() => whole(feed)(request, response)));
    const { updates, store, pin } = setUp({ keys: [signer.key] });
    const looks = [updates.check()];
    await expect.poll(() => server.asked.length).toBe(1);
    pin([newSigner().key]);
    looks.push(updates.check());
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    open();
    await Promise.all(looks);
    expect(server.asked.filter((path) => path === '/updates/stable.json')).toHaveLength(2);
    expect(store.state.update).toMatchObject({ state: 'failed', problem: { code: 'not-allowed' } });
    expect(handOverWaits(join(folder, 'data'))).toBe(false);
  });

  it('takes the newest one when another comes', async () => {
    offers();
    const { updates, store, settled } = setUp();
    await updates.check();
    await settled().toBe('ready');
    newer = await packVersion(folder, { version: '1.2.0' });
    offers({ version: '1.2.0', sequence: 2 }, await readFile(newer.file));
    await updates.check();
    await expect.poll(() => store.state.update).toMatchObject({ state: 'ready', version: '1.2.0' });
    expect(readHandOver(join(folder, 'data'))?.version).toBe('1.2.0');
    expect((await readdir(join(folder, 'data', 'updates'))).sort()).toEqual(['hand-over.json', newer.sha256].sort());
  });

  it('that only tells waits for the person’s word', async () => {
    offers();
    const { updates, store, settled } = setUp({ settings: { updates: 'notify' } });
    await updates.check();
    expect(store.state.update).toMatchObject({ state: 'available', version: '1.1.0', installable: true });
    expect(server.asked).toEqual(['/updates/stable.json']);
    await updates.install();
    await settled().toBe('ready');
    // The next look asks for no second word.
    await updates.check();
    expect(store.state.update.state).toBe('ready');
  });

  it('leaves it to the package manager where that installed it', async () => {
    await writeFile(join(path, 'resources', 'package-type'), 'deb');
    offers();
    const { updates, store } = setUp();
    await updates.check();
    expect(store.state.update).toMatchObject({
      state: 'available',
      installable: false,
      how: expect.stringContaining('apt'),
    });
    await expect(updates.install()).rejects.toThrow(/apt upgrade sallyport/);
    expect(server.asked).toEqual(['/updates/stable.json']);
  });

  it('stops a download that is not wanted any more, and leaves no part of another version', async () => {
    offers();
    const feed = Buffer.from(signedFeed([signer], { audience: [server.origin], artefacts: [artefact()] }));
    server.answerNow((request, response) =>
      request.url?.endsWith('.json') ? whole(feed)(request, response) : stallAfter(content, 100)(request, response),
    );
    const { updates, store, change, settled } = setUp();
    await updates.check();
    await expect.poll(() => server.asked.length).toBe(2);
    expect(store.state.update.state).toBe('downloading');
    change({ updates: 'off' });
    await updates.check();
    expect(store.state.update.state).toBe('off');
    await writeFile(partFile(join(folder, 'data', 'updates'), 'b'.repeat(64)), 'of an older version');
    offers();
    change({ updates: 'install' });
    await updates.check();
    await settled().toBe('ready');
    expect((await readdir(join(folder, 'data', 'updates'))).sort()).toEqual(['hand-over.json', newer.sha256].sort());
  });

  it('that is not to look any more keeps nothing of what it fetched, and nothing of the last exchange', async () => {
    await mkdir(join(folder, 'data', 'updates'));
    await writeFile(partFile(join(folder, 'data', 'updates'), newer.sha256), 'half of it');
    await mkdir(join(beside(path).last, 'left'), { recursive: true });
    await setUp({ settings: { updates: 'off' } }).updates.check();
    expect(await readdir(join(folder, 'data', 'updates'))).toEqual([]);
    expect(await readdir(join(folder, 'apps'))).toEqual(['Sallyport']);
  });

  it('tidies up what the last exchange left', async () => {
    for (const left of Object.values(beside(path))) await mkdir(join(left, 'left'), { recursive: true });
    offers({ version: '1.0.0' });
    await setUp().updates.check();
    expect(await readdir(join(folder, 'apps'))).toEqual(['Sallyport']);
  });
});

describe('the time of a look', () => {
  it('is well after the start, and hours after the last one', async () => {
    offers({ version: '1.0.0' });
    const { timers, timePasses, settled } = setUp();
    expect(timers.map(({ ms }) => ms)).toEqual([60_000]);
    await timePasses();
    await settled().toBe('current');
    await expect.poll(() => timers.map(({ ms }) => ms)).toEqual([5 * HOUR]);
  });

  it('comes later and later while it fails', async () => {
    server.answerNow(status(500));
    const { timers, timePasses } = setUp();
    const waits: (number | undefined)[] = [];
    for (let times = 0; times < 4; times += 1) {
      await timePasses();
      await expect.poll(() => timers.length).toBe(1);
      waits.push(timers[0]?.ms);
    }
    expect(waits.map((ms) => ms! / 60_000)).toEqual([11.25, 22.5, 45, 90]);
  });

  it.each<[string, Partial<Settings>, boolean]>([
    ['another channel', { updateChannel: 'beta' }, true],
    ['another way', { updates: 'notify' }, true],
    ['another font', { terminalFontSize: 20 }, false],
  ])('comes when %s is chosen: %j is %s', async (_name, fields, comes) => {
    offers({ version: '1.0.0' });
    const { updates, timers, change } = setUp();
    await updates.check();
    await expect.poll(() => timers.length).toBe(1);
    change(fields);
    expect(timers.map(({ ms }) => ms)).toEqual([comes ? 2_000 : 5 * HOUR]);
  });

  it.each([
    ['never looked', false, 0, 60_000],
    ['looked half an hour before', true, HOUR / 2, 5 * HOUR],
    ['looked two hours before', true, 2 * HOUR, 180_000],
  ])('after waking, where it has %s', async (_name, looks, later, wait) => {
    offers({ version: '1.0.0' });
    const { updates, timers, setClock } = setUp();
    if (looks) {
      await updates.check();
      await expect.poll(() => timers.length).toBe(1);
    }
    setClock(later);
    // Linux tells of it twice.
    updates.woke();
    updates.woke();
    expect(timers.map(({ ms }) => ms)).toEqual([wait]);
  });

  it('comes no more after the end', async () => {
    const { updates, timers, change } = setUp();
    updates.dispose();
    change({ updateChannel: 'beta' });
    updates.woke();
    expect(timers).toEqual([]);
  });
});
