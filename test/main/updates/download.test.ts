import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download, partFile, wholeFile } from '../../../main/updates/download.ts';
import {
  endless,
  FileServer,
  goneAfter,
  ignoringRange,
  never,
  stallAfter,
  status,
  trickle,
  whole,
} from './file-server.ts';

const content = randomBytes(300_000);
const sha256 = createHash('sha256').update(content).digest('hex');
const artefact = { sha256, bytes: content.length };
const other = randomBytes(300_000);

let folder: string;
let server: FileServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-download-'));
});

afterEach(async () => {
  await server?.dispose();
  await rm(folder, { recursive: true, force: true });
});

const fetchIt = (options: Partial<Parameters<typeof download>[0]> = {}) =>
  download({
    ...{ fetch, backend: server.origin, artefact, folder, stallMs: 300 },
    ...{ signal: new AbortController().signal, onPercent: () => undefined, ...options },
  });

describe('a download', () => {
  it.each<[string, Parameters<typeof FileServer.start>[0], string, RegExp, number]>([
    ['nothing at all for too long', never, 'timed-out', /did not answer in time/, 0],
    ['half of it, then nothing', stallAfter(content, 150_000), 'timed-out', /did not answer in time/, 150_000],
    ['half of it, then the end', goneAfter(content, 150_000), 'offline', /cannot be reached|in the middle/, 150_000],
    ['less than it should be, properly ended', whole(content.subarray(0, 1_000)), 'offline', /in the middle/, 1_000],
    ['another redirect', status(302, { location: 'http://127.0.0.1:9/' }), 'offline', /cannot be reached/, 0],
    ['404', status(404), 'not-found', /does not have the installer/, 0],
    ['401', status(401), 'unavailable', /status 401/, 0],
    ['500', status(500), 'unavailable', /status 500/, 0],
    ['204', status(204), 'unavailable', /status 204/, 0],
  ])('that brings %s fails, and what came stays', async (_name, answer, code, message, kept) => {
    server = await FileServer.start(answer);
    await expect(fetchIt()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect((await stat(partFile(folder, sha256))).size).toBe(kept);
    await expect(stat(wholeFile(folder, sha256))).rejects.toThrow();
  });

  it.each<[string, Parameters<typeof FileServer.start>[0]]>([
    ['more than was signed', whole(Buffer.concat([content, content]))],
    ['without an end', endless],
  ])('that brings %s is broken off, and nothing is written past the length', async (_name, answer) => {
    server = await FileServer.start(answer);
    await expect(fetchIt()).rejects.toMatchObject({ message: expect.stringContaining('longer than what was signed') });
    expect((await stat(partFile(folder, sha256))).size).toBeLessThanOrEqual(content.length);
  });

  it('with another content of the same length is thrown away', async () => {
    server = await FileServer.start(whole(other));
    await expect(fetchIt()).rejects.toMatchObject({ message: expect.stringContaining('not what was signed') });
    expect(await readdir(folder)).toEqual([]);
  });

  it('that never stalls and never ends is ended, and goes on later from what came', async () => {
    server = await FileServer.start(trickle(content), whole(content));
    await expect(fetchIt({ longestMs: 400 })).rejects.toMatchObject({ code: 'timed-out' });
    const { size } = await stat(partFile(folder, sha256));
    expect(size).toBeGreaterThan(0);
    await fetchIt({ longestMs: 5_000 });
    expect(server.asked.at(-1)).toContain(`bytes=${size}-`);
  });

  it('from a server that is not there fails', async () => {
    server = await FileServer.start(never);
    await server.dispose();
    await expect(fetchIt()).rejects.toMatchObject({ code: 'offline' });
  });

  it('that is called off ends at once', async () => {
    server = await FileServer.start(stallAfter(content, 1_000));
    const stop = new AbortController();
    const running = fetchIt({ signal: stop.signal, stallMs: 60_000 });
    await expect.poll(() => server.asked.length).toBe(1);
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow();
  });

  it('never follows a link that lies where the file is to be', async () => {
    server = await FileServer.start(whole(content));
    const aim = join(folder, 'aim');
    await writeFile(aim, 'mine');
    await symlink(aim, partFile(folder, sha256));
    await expect(fetchIt()).rejects.toThrow();
    expect(await readFile(aim, 'utf8')).toBe('mine');
  });

  it('into a folder that may not be written fails', async () => {
    server = await FileServer.start(whole(content));
    const missing = join(folder, 'missing');
    await expect(fetchIt({ folder: missing })).rejects.toThrow();
    await mkdir(missing);
    await chmod(missing, 0o700);
    await expect(fetchIt({ folder: missing })).resolves.toBe(wholeFile(missing, sha256));
  });

  it('is verified, whole, and for this user alone', async () => {
    server = await FileServer.start(whole(content));
    const percents: number[] = [];
    const file = await fetchIt({ onPercent: (percent) => percents.push(percent) });
    expect(await readFile(file)).toEqual(content);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual([sha256]);
    expect(percents.at(-1)).toBe(100);
    expect(percents).toEqual([...new Set(percents)].sort((a, b) => a - b));
  });

  it('that is here already is not asked for again', async () => {
    server = await FileServer.start(whole(content));
    await fetchIt();
    await fetchIt();
    expect(server.asked).toHaveLength(1);
  });

  it('that is here and was altered is fetched anew', async () => {
    server = await FileServer.start(whole(content));
    await writeFile(wholeFile(folder, sha256), other);
    expect(await readFile(await fetchIt())).toEqual(content);
  });

  it('goes on where it stopped', async () => {
    server = await FileServer.start(goneAfter(content, 150_000), whole(content));
    await expect(fetchIt()).rejects.toThrow();
    expect(await readFile(await fetchIt())).toEqual(content);
    expect(server.asked).toEqual([`/updates/files/${sha256}`, `/updates/files/${sha256} bytes=150000-`]);
  });

  it.each<[string, Buffer, Parameters<typeof FileServer.start>[0]]>([
    ['a server that ignores the range', content.subarray(0, 1_000), ignoringRange(content)],
    ['a part that is all of it', content, never],
    ['a part that is too long', Buffer.concat([content, content]), whole(content)],
  ])('comes right with %s', async (_name, part, answer) => {
    server = await FileServer.start(answer);
    await writeFile(partFile(folder, sha256), part);
    expect(await readFile(await fetchIt())).toEqual(content);
  });

  it('that goes on from a part with another content is thrown away, and the next one begins anew', async () => {
    server = await FileServer.start(whole(content));
    await writeFile(partFile(folder, sha256), other.subarray(0, 1_000));
    await expect(fetchIt()).rejects.toMatchObject({ message: expect.stringContaining('not what was signed') });
    expect(await readFile(await fetchIt())).toEqual(content);
  });

  it.each([
    ['another range than asked for', 206],
    ['that there is no such range', 416],
  ])('that is answered with %s begins anew', async (_name, code) => {
    const range = { 'content-range': `bytes 0-9/${content.length}` };
    server = await FileServer.start(status(code, range), whole(content));
    await writeFile(partFile(folder, sha256), other.subarray(0, 1_000));
    expect((await readFile(await fetchIt())).equals(content)).toBe(true);
  });

  it('of 100 MB lets others have their turn between its pieces, also when it is read again', async () => {
    const large = Buffer.alloc(100 * 1024 * 1024, 'x');
    const sum = createHash('sha256').update(large).digest('hex');
    server = await FileServer.start(whole(large));
    // Turns of the event loop, not their time: that is the machine's, which may be busy.
    let turns = 0;
    let running = true;
    const turn = (): void => {
      turns += 1;
      if (running) setImmediate(turn);
    };
    turn();
    const options = { artefact: { sha256: sum, bytes: large.length }, stallMs: 10_000 };
    await fetchIt(options);
    const whileFetched = turns;
    await fetchIt(options);
    running = false;
    expect(server.asked).toHaveLength(1);
    expect(whileFetched).toBeGreaterThan(200);
    expect(turns - whileFetched).toBeGreaterThan(200);
  });
});
