import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { externalSessionIds } from '../../../main/external-session-ids.ts';
import type { Credential } from '../../../main/grants/certificates.ts';
import { Keys } from '../../../main/keys.ts';
import { SshConfig } from '../../../main/ssh-config/ssh-config.ts';
import type { Store } from '../../../main/store.ts';
import type { Endpoint } from '../../../protocol/api/routes.ts';
import { AppError } from '../../../protocol/errors.ts';
import { DEFAULT_SETTINGS } from '../../../protocol/ipc/settings.ts';
import type { Grant } from '../../../protocol/model/grant.ts';
import { formatKeyLine } from '../../../protocol/ssh/public-key.ts';
import { deadline } from '../../../protocol/time.ts';
import { dana, ended, grant, newStore, signedIn, silentLog } from '../examples.ts';
import { FakeTime } from '../fake-time.ts';
import { certify } from '../grants/certify.ts';
import { AgentClient, bindMessage, ed25519Host, loginData, signatureIn, signMessage } from '../ssh-agent/small-ssh.ts';

const HOST = ed25519Host();
const HOST_KEY = formatKeyLine(HOST.blob);
const HOUR = 3_600_000;
const ENDED = 'access ended 14:05: its time is over';

let home: string;
let gateway: Server;
let reached: Socket[];
let ends: (() => void)[];
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'sallyport-home-'));
  reached = [];
  gateway = createServer((socket) => {
    reached.push(socket.on('error', () => undefined));
    socket.write('SSH-2.0-gateway\r\n');
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  ends = [];
});
afterEach(() => {
  for (const end of ends.reverse()) end();
  gateway.close();
  for (const socket of reached) socket.destroy();
  rmSync(home, { recursive: true, force: true });
});

interface Given {
  sshConfig?: boolean;
  grants?: Grant[];
  runFolder?: () => string;
  folder?: string;
  /** The organisation says so, and not the person. */
  isGiven?: boolean;
}

function setUp(given: Given = {}) {
  const { sshConfig = false, grants = [grant()], runFolder, folder = join(home, 'data'), isGiven = false } = given;
  const run = join(home, 'run');
  for (const path of [run, folder]) mkdirSync(path, { recursive: true });
  const store: Store = newStore(
    { kind: 'settings', settings: { ...DEFAULT_SETTINGS, sshConfig } },
    signedIn(),
    ...grants.map((one) => ({ kind: 'grant-changed', grant: one }) as const),
  );
  const tooOld: string[] = [];
  const time = new FakeTime();
  const keys = new Keys();
  const certificate = certify(keys.make('g', deadline(time, time.now() + HOUR)), time.now(), HOUR);
  const use = { claims: 0, mayUse: true, mayPass: true, fails: undefined as AppError | undefined };
  const isLive = (id: string): boolean => store.state.grants.get(id)?.status.state === 'live';
  const service = new SshConfig({
    ...{ store, folder, log: silentLog, now: () => 1_000, nextId: externalSessionIds() },
    onTooOld: (grantId, title) => tooOld.push(`${grantId} ${title}`),
    userFile: join(home, '.ssh', 'config'),
    runFolder: runFolder ?? (() => run),
    credential: async (): Promise<Credential> => {
      use.claims += 1;
      if (use.fails) throw use.fails;
      const { port } = gateway.address() as { port: number };
      const endpoint: Endpoint = { kind: 'gateway', host: '127.0.0.1', port, hostKeys: [HOST_KEY] };
      const sign = (data: Buffer) => keys.sign('g', data);
      return { grantId: 'g', certificate, endpoint, username: 'deploy@db-1', sign };
    },
    mayUse: (id) => use.mayUse && isLive(id),
    mayPass: (id) => use.mayPass && isLive(id),
    mayChange: () => {
      if (isGiven) throw new AppError('not-allowed', 'Your organisation has set this.');
    },
    isGiven: () => isGiven,
    keep: (enabled) => store.apply({ kind: 'settings', settings: { ...store.state.settings, sshConfig: enabled } }),
  });
  ends.push(() => service.dispose());
  const file = join(folder, 'ssh_config');
  const text = (): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  const hosts = (): string[] => [...text().matchAll(/^Host (.*)$/gm)].map(([, names]) => names ?? '');
  /** What the file says of a setting of its first entry. */
  const setting = (name: string): string => new RegExp(`^  ${name} "?([^"\n]*)"?$`, 'm').exec(text())?.[1] ?? '';
  const userFile = (): string => readFileSync(join(home, '.ssh', 'config'), 'utf8');
  /** Connects as ssh would, and waits for the greeting. */
  const dial = async (): Promise<Socket> => {
    const socket = connect(Number(setting('Port')), '127.0.0.1').on('error', () => undefined);
    ends.push(() => void socket.destroy());
    socket.write('SSH-2.0-test\r\n');
    await new Promise((resolve) => socket.once('data', resolve).once('close', resolve));
    return socket;
  };
  /** Logs in as ssh would: connects, and has the agent sign. */
  const logIn = async ({ binds = true } = {}): Promise<Socket> => {
    const socket = await dial();
    const agent = await AgentClient.connect(setting('IdentityAgent'));
    const sessionId = randomBytes(32);
    if (binds) await agent.ask(bindMessage(HOST, sessionId));
    const data = loginData({ sessionId, key: certificate });
    expect(signatureIn(await agent.ask(signMessage(certificate, data))) !== undefined).toBe(binds);
    agent.hangUp();
    return socket;
  };
  const sessions = () => store.state.externalSessions;
  return { store, service, use, file, text, hosts, setting, userFile, dial, logIn, sessions, tooOld };
}

describe('switching it on', () => {
  it('adds one line to the person’s file and lists what is live, in a file for its owner alone', async () => {
    const { service, store, hosts, userFile, file } = setUp();
    await service.change(true);
    expect(
      userFile()
        .split('\n')
        .filter((line) => line.startsWith('Include')),
    ).toEqual([`Include "${file}"`]);
    expect(hosts()).toEqual(['db-1.sallyport deploy.db-1.sallyport']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect([store.state.settings.sshConfig, store.state.sshConfigProblem]).toEqual([true, null]);
  });

  it('claims nothing until a program comes', async () => {
    const { service, use, setting, dial } = setUp();
    await service.change(true);
    expect(use.claims).toBe(0);
    expect(readFileSync(setting('UserKnownHostsFile'), 'utf8')).toBe('');
    await dial();
    expect(use.claims).toBe(1);
    expect(readFileSync(setting('UserKnownHostsFile'), 'utf8')).toBe(`db-1.sallyport ${HOST_KEY}\n`);
    expect(setting('HostKeyAlias')).toBe('db-1.sallyport');
  });

  it('twice is the same as once', async () => {
    const { service, hosts, userFile, setting } = setUp();
    await service.change(true);
    const port = setting('Port');
    await service.change(true);
    expect([userFile().match(/Include/g), hosts().length, setting('Port')]).toEqual([['Include'], 1, port]);
  });

  it('says what stands in the way, and stays off', async () => {
    const { service, store, hosts } = setUp();
    mkdirSync(join(home, '.ssh'));
    writeFileSync(join(home, '.ssh', 'config'), 'Host x\n');
    chmodSync(join(home, '.ssh', 'config'), 0o400);
    await expect(service.change(true)).rejects.toMatchObject({ code: 'unavailable' });
    expect(store.state.sshConfigProblem?.message).toContain('read-only');
    expect([store.state.settings.sshConfig, hosts()]).toEqual([false, []]);
    chmodSync(join(home, '.ssh', 'config'), 0o600);
    await service.change(true);
    expect([store.state.sshConfigProblem, hosts().length]).toEqual([null, 1]);
  });

  it('leaves the person’s file alone when our folder has a name that ssh cannot read', async () => {
    const { service, store } = setUp({ folder: join(home, 'da*ta') });
    await expect(service.change(true)).rejects.toMatchObject({ code: 'unavailable' });
    expect([existsSync(join(home, '.ssh')), store.state.settings.sshConfig]).toEqual([false, false]);
  });
});

describe('switching it off', () => {
  it('takes all of it away, also what is open by it', async () => {
    const { service, file, logIn, sessions, store } = setUp();
    mkdirSync(join(home, '.ssh'));
    writeFileSync(join(home, '.ssh', 'config'), 'Host x\n');
    await service.change(true);
    const socket = await logIn();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await service.change(false);
    await closed;
    expect([readFileSync(join(home, '.ssh', 'config'), 'utf8'), existsSync(file)]).toEqual(['Host x\n', false]);
    expect(sessions()).toMatchObject([
      { status: { state: 'ended', sentence: 'the ssh configuration was switched off' } },
    ]);
    expect(store.state.settings.sshConfig).toBe(false);
  });

  it('takes away a file that was made for it', async () => {
    const { service } = setUp();
    await service.change(true);
    await service.change(false);
    expect(existsSync(join(home, '.ssh', 'config'))).toBe(false);
  });
});

describe('at the start', () => {
  it('what a run that was killed has left is replaced', async () => {
    mkdirSync(join(home, 'data'));
    writeFileSync(join(home, 'data', 'ssh_config'), 'Host stale.sallyport\n');
    const { text, hosts } = setUp({ sshConfig: true });
    await expect.poll(hosts).toEqual(['db-1.sallyport deploy.db-1.sallyport']);
    expect(text()).not.toContain('stale');
  });

  it('and taken away when it is switched off', async () => {
    mkdirSync(join(home, 'data'));
    writeFileSync(join(home, 'data', 'ssh_config'), 'Host stale.sallyport\n');
    const { file } = setUp();
    await expect.poll(() => existsSync(file)).toBe(false);
  });

  it('a line that the person took out is not put back, but said', async () => {
    const { store } = setUp({ sshConfig: true });
    await expect.poll(() => store.state.sshConfigProblem?.message).toContain('does not include');
    expect(existsSync(join(home, '.ssh', 'config'))).toBe(false);
  });
});

describe('the entries follow the grants', () => {
  const second = grant({ id: 'gra_0000000002', login: 'postgres' });

  it('another login on the target makes its short name go', async () => {
    const { service, store, hosts } = setUp();
    await service.change(true);
    store.apply({ kind: 'grant-changed', grant: second });
    await expect.poll(hosts).toEqual(['deploy.db-1.sallyport', 'postgres.db-1.sallyport']);
  });

  it('of two grants for the same login, the one that lasts longer stands there', async () => {
    const longer = grant({ id: 'gra_0000000002', endsAt: grant().endsAt + 60_000 });
    const { service, store, hosts, setting } = setUp();
    await service.change(true);
    const port = setting('Port');
    store.apply({ kind: 'grant-changed', grant: longer });
    await expect.poll(() => setting('Port')).not.toBe(port);
    expect(hosts()).toHaveLength(1);
  });

  it.each<[string, Partial<Grant>]>([
    ['of somebody else', { requester: { id: dana.id, name: dana.name, email: dana.email } }],
    ['that is scheduled', { status: { state: 'scheduled' } }],
    ['that has ended', { status: ended('revoked') }],
  ])('a grant %s has none', async (_what, fields) => {
    const { service, hosts } = setUp({ grants: [grant(fields)] });
    await service.change(true);
    expect(hosts()).toEqual([]);
  });

  it.each<[string, (parts: ReturnType<typeof setUp>) => void]>([
    [
      'it is revoked',
      ({ store }) => store.apply({ kind: 'grant-changed', grant: grant({ status: ended('revoked') }) }),
    ],
    [
      'its person signs out',
      ({ store }) => store.apply({ kind: 'sign-in', signIn: { state: 'signed-out', problem: null } }),
    ],
    [
      'it closes for what is new',
      ({ store, use }) => {
        use.mayUse = false;
        store.apply({ kind: 'key', grantId: grant().id, fact: { key: 'destroyed', problem: null } });
      },
    ],
    ['the app is quit', ({ service }) => service.dispose()],
  ])('one vanishes when %s, and its agent with it', async (_what, happens) => {
    const parts = setUp();
    await parts.service.change(true);
    const agent = parts.setting('IdentityAgent');
    (await AgentClient.connect(agent)).hangUp();
    happens(parts);
    await expect.poll(parts.hosts).toEqual([]);
    expect(parts.text()).toContain('Nothing is live');
    await expect(AgentClient.connect(agent)).rejects.toThrow();
  });

  it('one that cannot be made keeps the others from nothing, and is said', async () => {
    const run = mkdtempSync(join(tmpdir(), 'sallyport-run-test-'));
    ends.push(() => rmSync(run, { recursive: true, force: true }));
    let times = 0;
    const runFolder = (): string => {
      times += 1;
      return times === 1 ? '/nowhere' : run;
    };
    const { service, store, hosts } = setUp({ grants: [grant(), second], runFolder });
    await service.change(true);
    expect([hosts(), store.state.sshConfigProblem?.code]).toEqual([['postgres.db-1.sallyport'], 'internal']);
    store.apply({ kind: 'clock', clockSkewMs: 1 });
    await expect.poll(() => hosts().length).toBe(2);
    expect(store.state.sshConfigProblem).toBeNull();
  });
});

describe('a connection by an entry', () => {
  it('is shown from its beginning to its end', async () => {
    const { service, logIn, sessions } = setUp();
    await service.change(true);
    const socket = await logIn();
    const shown = { id: 'ext-1', grantId: grant().id, title: 'deploy@db-1', program: 'ssh', openedAt: 1_000 };
    expect(sessions()).toEqual([{ ...shown, status: { state: 'open' } }]);
    socket.end();
    reached[0]?.end();
    const status = { state: 'ended', reason: null, sentence: 'the program closed the connection', at: 1_000 };
    await expect.poll(sessions).toEqual([{ ...shown, status }]);
  });

  it('is cut with its grant, before the call returns, and says why', async () => {
    const { service, dial, logIn, sessions } = setUp();
    await service.change(true);
    const sockets = [await logIn(), await logIn()];
    const closed = Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    service.cut({ grantId: grant().id, reason: 'expired', sentence: ENDED });
    const status = { state: 'ended', reason: 'expired', sentence: ENDED, at: 1_000 };
    expect(sessions().map((session) => session.status)).toEqual([status, status]);
    await closed;
    expect(await dial().then((socket) => socket.bytesRead)).toBe(0);
  });

  it('is cut at the end of the app with all others, also where the disk refuses to remove what belongs to them', async () => {
    const grants = [grant(), grant({ id: 'gra_0000000002', login: 'root' })];
    const { service, text, logIn, hosts } = setUp({ grants });
    await service.change(true);
    await expect.poll(hosts).toHaveLength(2);
    const all = (name: string): string[] =>
      [...text().matchAll(new RegExp(`^  ${name} "?([^"\n]*)"?$`, 'gm'))].map(([, value]) => value ?? '');
    const first = await logIn();
    const second = connect(Number(all('Port')[1]), '127.0.0.1').on('error', () => undefined);
    second.write('SSH-2.0-test\r\n');
    await new Promise((resolve) => second.once('data', resolve));
    for (const path of all('UserKnownHostsFile')) {
      rmSync(path);
      mkdirSync(path);
    }
    const closed = [first, second].map((socket) => new Promise((resolve) => socket.once('close', resolve).resume()));
    expect(() => service.dispose()).not.toThrow();
    await Promise.all(closed);
  });

  it('goes on while its grant drains, nothing new is opened, and it is cut at the end', async () => {
    const { service, store, use, logIn, hosts, setting, sessions } = setUp();
    await service.change(true);
    const socket = await logIn();
    const port = Number(setting('Port'));
    use.mayUse = false;
    store.apply({ kind: 'key', grantId: grant().id, fact: { key: 'destroyed', problem: null } });
    await expect.poll(hosts).toEqual([]);
    reached[0]?.write('still here');
    await new Promise((resolve) => socket.once('data', resolve));
    const late = connect(port, '127.0.0.1');
    await expect(new Promise((_resolve, reject) => late.once('error', reject))).rejects.toThrow(/ECONNREFUSED/);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    service.cut({ grantId: grant().id, reason: 'expired', sentence: ENDED });
    await closed;
    expect(sessions()).toMatchObject([{ status: { reason: 'expired', sentence: ENDED } }]);
  });

  it('that the gateway cut waits for the news of why', async () => {
    const { service, logIn, sessions } = setUp();
    await service.change(true);
    const socket = await logIn();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    reached[0]?.destroy();
    await closed;
    expect(sessions()).toMatchObject([{ status: { state: 'open' } }]);
    service.cut({ grantId: grant().id, reason: 'revoked', sentence: 'access ended 14:05: revoked by Dana' });
    expect(sessions()).toMatchObject([{ status: { state: 'ended', reason: 'revoked' } }]);
  });

  it('that the other end closed for reasons of its own says so after a while', async () => {
    const { service, logIn, sessions } = setUp();
    await service.change(true);
    await logIn();
    reached[0]?.destroy();
    const sentence = 'the other end closed the connection';
    await expect
      .poll(sessions, { timeout: 5_000 })
      .toMatchObject([{ status: { state: 'ended', reason: null, sentence } }]);
  });

  it('that nobody logs in by is no session, and ends none', async () => {
    const { service, dial, logIn, sessions } = setUp();
    await service.change(true);
    await dial();
    expect(sessions()).toEqual([]);
    reached[0]?.destroy();
    await logIn();
    const second = await dial();
    const gone = new Promise((resolve) => reached[2]?.once('close', resolve).resume());
    second.end();
    reached[2]?.end();
    await gone;
    expect(sessions()).toMatchObject([{ id: 'ext-1', status: { state: 'open' } }]);
  });

  it('by an ssh that is too old to log in is no session, and the person is told of it once', async () => {
    const { service, logIn, sessions, tooOld } = setUp();
    await service.change(true);
    await logIn();
    expect(tooOld).toEqual([]);
    await logIn({ binds: false });
    await logIn({ binds: false });
    expect(tooOld).toEqual([`${grant().id} deploy@db-1`]);
    expect(sessions()).toHaveLength(1);
  });

  it('that cannot be made is no session', async () => {
    const { service, use, dial, sessions } = setUp();
    await service.change(true);
    use.fails = new AppError('offline', 'The backend cannot be reached.');
    const socket = await dial();
    expect([socket.bytesRead, sessions()]).toEqual([0, []]);
  });
});
