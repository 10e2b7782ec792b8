// What the backend costs: from a request to the event at an approver, certificates a second, overviews a second.
import { execFile, fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createParser } from 'eventsource-parser';
import { pathOf } from '../protocol/api/route.ts';
import { paths, routes } from '../protocol/api/routes.ts';
import { ed25519Blob, formatKeyLine } from '../protocol/ssh/public-key.ts';
import { TestClient } from '../test/support/backend.ts';
import type { BenchServers } from './backend-server.ts';
import { type Bench, type BenchLine, median } from './bench.ts';
import { answer, answersPerSecond, type Load } from './http-load.ts';

const run = promisify(execFile);
const CONNECTIONS = 8;
const ASK = { target: 'web-1', login: 'deploy', durationSeconds: 3600, reason: 'a bench' };

export const bench: Bench = {
  name: 'backend',
  async run({ quick }, emit) {
    const runs = quick ? 3 : 9;
    const [samples, loadMs] = quick ? [30, 700] : [200, 3_000];
    const { servers, stop } = await startServers();
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-bench-'));
    try {
      const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
      const erin = bearer(servers.erin.accessToken);

      const overview: Load = { method: 'GET', url: `${servers.ours}${routes['overview.show'].path}`, headers: erin };
      const constant: Load = { method: 'GET', url: `${servers.bare}/overview` };
      const overviews = await inTurn(
        runs,
        () => answersPerSecond(overview, CONNECTIONS, loadMs),
        () => answersPerSecond(constant, CONNECTIONS, loadMs),
      );
      emit(line('overview_requests_per_s', '1/s', ...overviews));

      const ours: Server = {
        events: { url: `${servers.ours}${paths.events}`, headers: bearer(servers.dana.accessToken) },
        ask: { method: 'POST', url: `${servers.ours}${routes['requests.create'].path}`, headers: erin },
        after: async (created, agent) => {
          const { id } = JSON.parse(created) as { id: string };
          const url = `${servers.ours}${pathOf(routes['requests.cancel'], { id })}`;
          await answer({ method: 'POST', url, headers: erin }, agent);
        },
      };
      const bare: Server = {
        events: { url: `${servers.bare}/events`, headers: {} },
        ask: { method: 'POST', url: `${servers.bare}/requests` },
        after: async () => undefined,
      };
      const delays = await inTurn(
        runs,
        () => requestToEvent(ours, samples),
        () => requestToEvent(bare, samples),
      );
      for (const [metric, share] of [
        ['request_to_event_p50_ms', 0.5],
        ['request_to_event_p99_ms', 0.99],
      ] as const) {
        const at = (sorted: number[]): number => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
        emit(line(metric, 'ms', delays[0].map(at), delays[1].map(at)));
      }

      const certificate = await certificateLoad(servers);
      const keygen = await keygenLoad(folder);
      const certificates = await inTurn(
        runs,
        () => answersPerSecond(certificate, CONNECTIONS, loadMs),
        () => keygen(CONNECTIONS, loadMs),
      );
      emit(line('certificates_per_s', '1/s', ...certificates));
    } finally {
      await stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function line(metric: string, unit: string, ours: number[], baseline: number[]): BenchLine {
  return {
    metric,
    value: median(ours),
    unit,
    ours: median(ours),
    baseline: median(baseline),
    runs: ours.length,
    min: Math.min(...ours),
    max: Math.max(...ours),
  };
}

/** Runs both alternately, so that whatever else the machine does falls on both; once more before, to warm up. */
async function inTurn<T>(runs: number, ours: () => Promise<T>, theirs: () => Promise<T>): Promise<[T[], T[]]> {
  const results: [T[], T[]] = [[], []];
  for (let turn = -1; turn < runs; turn++) {
    const pair = [await ours(), await theirs()] as const;
    if (turn < 0) continue;
    results[0].push(pair[0]);
    results[1].push(pair[1]);
  }
  return results;
}

async function startServers(): Promise<{ servers: BenchServers; stop: () => Promise<void> }> {
  const script = join(import.meta.dirname, 'backend-server.ts');
  const child = fork(script, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const exited = once(child, 'exit');
  const [servers] = (await Promise.race([
    once(child, 'message'),
    exited.then(() => {
      throw new Error(`the backend did not start: ${complaint}`);
    }),
  ])) as [BenchServers];
  return {
    servers,
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

interface Server {
  events: { url: string; headers: Record<string, string> };
  ask: Omit<Load, 'body'>;
  /** Clears what a request left, so that the next finds the same. */
  after: (reply: string, agent: Agent) => Promise<void>;
}

/** From sending a request until its event is with a listener, each alone: milliseconds, shortest first. */
async function requestToEvent(server: Server, samples: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true });
  const abort = new AbortController();
  const response = await fetch(server.events.url, { headers: server.events.headers, signal: abort.signal });
  let heard: () => void = () => undefined;
  let wanted = '';
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (event === 'request-changed' && data.includes(wanted)) heard();
    },
  });
  const reading = (async () => {
    const text = new TextDecoder();
    for await (const chunk of response.body ?? []) parser.feed(text.decode(chunk, { stream: true }));
  })().catch(() => undefined);
  const delays: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    wanted = `sample ${performance.now()}`;
    const arrived = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const started = performance.now();
    const reply = answer({ ...server.ask, body: JSON.stringify({ ...ASK, reason: wanted }) }, agent);
    await arrived;
    delays.push(performance.now() - started);
    heard = () => undefined;
    await server.after(await reply, agent);
  }
  abort.abort();
  await reading;
  agent.destroy();
  return delays.sort((a, b) => a - b);
}

/** A live grant, and the call that has a key certified for it. */
async function certificateLoad({ ours, erin, dana }: BenchServers): Promise<Load> {
  const [requester, approver] = [new TestClient(ours, erin), new TestClient(ours, dana)];
  const { id } = await requester.call('requests.create', { body: ASK });
  const { grantId } = await approver.call('requests.decide', {
    params: { id },
    body: { verdict: 'approve', revision: 1 },
  });
  const publicKey = formatKeyLine(ed25519Blob(generateKeyPairSync('ed25519').publicKey));
  return {
    method: 'POST',
    url: `${ours}${pathOf(routes['grants.certificate'], { id: grantId ?? '' })}`,
    headers: { authorization: `Bearer ${erin.accessToken}` },
    body: JSON.stringify({ publicKey }),
  };
}

/** The same with `ssh-keygen -s`, the usual tool: certificates a second by so many of them side by side. */
async function keygenLoad(folder: string): Promise<(side: number, forMs: number) => Promise<number>> {
  const make = (name: string) => run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  await make('ca');
  for (let i = 0; i < CONNECTIONS; i++) await make(`key${i}`);
  const words = ['-q', '-s', join(folder, 'ca'), '-I', 'bench', '-n', 'deploy@web-1', '-V', '+5m'];
  return async (side, forMs) => {
    let signed = 0;
    const started = performance.now();
    const sign = async (i: number): Promise<void> => {
      while (performance.now() - started < forMs) {
        await run('ssh-keygen', [...words, join(folder, `key${i}.pub`)]);
        signed++;
      }
    };
    await Promise.all(Array.from({ length: side }, (_, i) => sign(i)));
    return signed / ((performance.now() - started) / 1000);
  };
}
