import { spawn } from 'node:child_process';
import { createHash, randomFillSync, sign } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as after } from 'node:timers/promises';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channelOpen, channelRequest } from '../../../backend/gateway/messages.ts';
import { connectWithCertificate } from '../../../protocol/ssh/ssh2-certificate.ts';
import { sendMessage, ssh2ProtocolOf } from '../../../protocol/ssh/ssh2-transport.ts';
import { SshWriter } from '../../../protocol/ssh/writer.ts';
import { type Access, run, World } from './world.ts';

const SIZE = 256 * 1024 * 1024;
const PART = 32 * 1024 * 1024;
let world: World;
let access: Access;
let file: string;
let hash: string;
let partHash: string;
beforeAll(async () => {
  world = await World.start();
  access = await world.access();
  file = join(world.folder, 'big');
  const handle = await open(file, 'w');
  const sum = createHash('sha256');
  const block = Buffer.alloc(8 * 1024 * 1024);
  for (let written = 0; written < SIZE; written += block.length) {
    randomFillSync(block);
    sum.update(block);
    await handle.write(block);
  }
  await handle.close();
  hash = sum.digest('hex');
  partHash = createHash('sha256')
    .update((await readFile(file)).subarray(0, PART))
    .digest('hex');
});
afterAll(() => world.stop());

async function hashOf(path: string): Promise<string> {
  const sum = createHash('sha256');
  await pipeline(createReadStream(path), sum);
  return sum.digest('hex');
}

/** Runs ssh and hashes its output on the way, with a rest after each piece if wanted. */
function output(args: readonly string[], restMs = 0): Promise<{ code: number | null; hash: string; errors: string }> {
  return new Promise((resolve) => {
    const child = spawn('ssh', world.sshArguments(access, args), { stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, err] = [createHash('sha256'), createHash('sha256')];
    child.stdout.on('data', (data: Buffer) => {
      out.update(data);
      if (restMs === 0) return;
      child.stdout.pause();
      setTimeout(() => child.stdout.resume(), restMs);
    });
    child.stderr.on('data', (data: Buffer) => err.update(data));
    child.once('close', (code) => resolve({ code, hash: out.digest('hex'), errors: err.digest('hex') }));
  });
}

describe('256 MiB through the gateway are whole', () => {
  it('from the target, by a command', async () => {
    expect(await output(['127.0.0.1', `cat ${file}`])).toMatchObject({ code: 0, hash });
  });

  it('to the target, by a command', async () => {
    const child = spawn('ssh', world.sshArguments(access, ['127.0.0.1', 'sha256sum']), {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let answer = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    const closed = new Promise((resolve) => child.once('close', resolve));
    await pipeline(createReadStream(file), child.stdin);
    expect(await closed).toBe(0);
    expect(answer.split(' ')[0]).toBe(hash);
  });

  it.each([
    ['scp', []],
    ['the old scp protocol', ['-O']],
  ])('both ways, by %s', async (_name, flags) => {
    const [up, down] = [join(world.folder, 'up'), join(world.folder, 'down')];
    const sent = await run('scp', [...flags, ...world.copyArguments(access), file, `127.0.0.1:${up}`]);
    expect([sent.code, await hashOf(up)]).toEqual([0, hash]);
    const got = await run('scp', [...flags, ...world.copyArguments(access), `127.0.0.1:${file}`, down]);
    expect([got.code, await hashOf(down)]).toEqual([0, hash]);
  });

  it('for a slow reader', async () => {
    expect(await output(['127.0.0.1', `cat ${file}`], 2)).toMatchObject({ code: 0, hash });
  });

  it('with output and errors flooding together', async () => {
    const command = `cat ${file} >&2 & cat ${file}; wait`;
    expect(await output(['127.0.0.1', command])).toEqual({ code: 0, hash, errors: hash });
  });

  it('with several transfers over one connection', async () => {
    const control = ['-o', `ControlPath=${join(world.folder, 'control')}`];
    const master = spawn('ssh', world.sshArguments(access, [...control, '-M', '127.0.0.1', 'echo up; cat']), {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => master.stdout.once('data', resolve));
    const all = await Promise.all([1, 2, 3].map(() => output([...control, '127.0.0.1', `head -c ${PART} ${file}`])));
    expect(all.map((one) => one.hash)).toEqual([partHash, partHash, partHash]);
    master.stdin.end();
    await new Promise((resolve) => master.once('close', resolve));
  });
});

describe('while keys are exchanged anew all the time, data is whole', () => {
  it('when the client asks for it', async () => {
    const ran = await output(['-o', 'RekeyLimit=1M', '127.0.0.1', `head -c ${PART} ${file}`]);
    expect(ran).toMatchObject({ code: 0, hash: partHash });
  });

  it('when the gateway asks for it, on both legs and in both directions', async () => {
    const eager = await World.start({ rekeyBytes: 1024 * 1024 });
    try {
      const ran = await eager.ssh(
        await eager.access(),
        ['-v', '127.0.0.1', 'cat'],
        (await readFile(file)).subarray(0, PART),
      );
      expect([ran.code, createHash('sha256').update(ran.stdout).digest('hex')]).toEqual([0, partHash]);
      expect(ran.stderr.match(/SSH2_MSG_KEXINIT received/g)?.length).toBeGreaterThan(10);
    } finally {
      await eager.stop();
    }
  });
});

describe('a client that grants a huge window and then reads nothing', () => {
  it('cannot fill the memory of the gateway', async () => {
    const held = await world.access();
    const client = new ssh2.Client();
    client.on('error', () => {});
    connectWithCertificate(
      ssh2,
      client,
      { host: '127.0.0.1', port: world.gateway.port, username: `${held.grant.login}@db-1` },
      { certificate: held.issued.blob, sign: (data) => sign(null, data, held.key) },
    );
    await new Promise<void>((resolve) => client.once('ready', () => resolve()));
    const protocol = ssh2ProtocolOf(client);
    sendMessage(protocol, channelOpen('session', 0, 0xffff_ffff, 32_768));
    const { _handlers } = protocol as unknown as { _handlers: Record<string, () => void> };
    await new Promise<void>((resolve) => {
      _handlers.CHANNEL_OPEN_CONFIRMATION = resolve;
    });
    sendMessage(protocol, channelRequest(0, 'exec', new SshWriter().string('cat /dev/zero').bytes()));
    (client as unknown as { _sock: Socket })._sock.pause();
    await after(3_000);
    client.destroy();
    const mine = () => world.services.closed.find((entry) => entry.grantId === held.grant.id);
    await world.services.until(() => mine() !== undefined);
    // What was taken from the target is what had to be kept: it flooded, and was held back.
    expect(mine()?.bytesOut).toBeGreaterThan(1024 * 1024);
    expect(mine()?.bytesOut).toBeLessThan(24 * 1024 * 1024);
  });
});

describe('how a command ends', () => {
  it.each([
    ['exit status 0', 'true', 0],
    ['exit status 255', 'exit 255', 255],
    ['exit status 42 with output on its way', 'head -c 3000000 /dev/zero; exit 42', 42],
    ['death by a signal', 'kill -TERM $$', 255],
  ])('%s reaches the client', async (_what, command, code) => {
    expect((await world.ssh(access, ['127.0.0.1', command])).code).toBe(code);
  });

  it('its input ends where the client’s does', async () => {
    const ran = await world.ssh(access, ['127.0.0.1', 'cat; echo done'], 'some input\n');
    expect([ran.code, ran.stdout.toString()]).toEqual([0, 'some input\ndone\n']);
  });

  it('output that goes on after the input has ended is whole', async () => {
    const ran = await world.ssh(access, ['127.0.0.1', 'cat >/dev/null; sleep 0.3; echo late'], '');
    expect(ran.stdout.toString()).toBe('late\n');
  });
});
