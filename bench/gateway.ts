// What the gateway costs a session, beside going to the same sshd directly, and beside a jump host (ssh -J).
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Bench, type BenchLine, median } from './bench.ts';
import type { Ways } from './gateway-server.ts';

type Way = 'direct' | 'gateway' | 'jump';
const WAYS: readonly Way[] = ['direct', 'gateway', 'jump'];
const MEGABYTE = 1_000_000;

export const bench: Bench = {
  name: 'gateway',
  async run({ quick }, emit) {
    const { ways, stop } = await startServer();
    try {
      const opening = await eachInTurn(quick ? 5 : 25, (way) => timed(ssh(ways, way, ['127.0.0.1', 'true'])));
      emit(line('open_ms', 'ms', opening.gateway, opening.direct));

      const masters = await Promise.all(WAYS.map((way) => openMaster(ways, way)));
      emit(await echo(ways, quick ? 200 : 1_000));
      // For so long, and not for so much: a busy machine makes it slower, not longer.
      const [runs, seconds] = quick ? [3, 0.7] : [7, 4];
      for (const [direction, transfer] of [
        ['down', (way: Way) => `timeout ${seconds} ssh ${over(ways, way)} 'cat /dev/zero' | wc -c`],
        ['up', (way: Way) => `timeout ${seconds} cat /dev/zero | ssh ${over(ways, way)} 'wc -c'`],
      ] as const) {
        const rates = await eachInTurn(runs, (way) => megabytesPerSecond(transfer(way)));
        emit(ratio(`throughput_${direction}_vs_direct`, rates.gateway, rates.direct));
        emit(ratio(`throughput_${direction}_vs_jump_host`, rates.gateway, rates.jump));
      }
      for (const master of masters) master.kill();
    } finally {
      await stop();
    }
  },
};

function line(metric: string, unit: string, ours: number[], baseline: number[]): BenchLine {
  return {
    ...{ metric, value: median(ours), unit, ours: median(ours), baseline: median(baseline) },
    ...{ runs: ours.length, min: Math.min(...ours), max: Math.max(...ours) },
  };
}

/** MB/s of ours against those of the baseline, turn by turn: what else the machine does falls on both. */
function ratio(metric: string, ours: number[], baseline: number[]): BenchLine {
  const ratios = ours.map((rate, turn) => rate / (baseline[turn] ?? Number.NaN));
  return {
    ...line(metric, 'ratio', ours, baseline),
    value: median(ratios),
    min: Math.min(...ratios),
    max: Math.max(...ratios),
  };
}

async function eachInTurn(runs: number, measure: (way: Way) => Promise<number>): Promise<Record<Way, number[]>> {
  const results: Record<Way, number[]> = { direct: [], gateway: [], jump: [] };
  for (let turn = -1; turn < runs; turn++) {
    for (const way of WAYS) {
      const result = await measure(way);
      if (turn >= 0) results[way].push(result);
    }
  }
  return results;
}

async function startServer(): Promise<{ ways: Ways; stop: () => Promise<void> }> {
  const script = join(import.meta.dirname, 'gateway-server.ts');
  const child = fork(script, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const exited = once(child, 'exit');
  const [ways] = (await Promise.race([
    once(child, 'message'),
    exited.then(() => {
      throw new Error(`the gateway did not start: ${complaint}`);
    }),
  ])) as [Ways];
  return {
    ways,
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

/** The connection that transfers and keystrokes go over, so that they do not pay for its opening. */
async function openMaster(ways: Ways, way: Way): Promise<ChildProcess> {
  const child = ssh(ways, way, ['-q', '-M', '-S', join(ways.folder, way), '127.0.0.1', 'echo up; cat']);
  await once(child.stdout!, 'data');
  return child;
}

const over = (ways: Ways, way: Way): string => `-S '${join(ways.folder, way)}' -F /dev/null 127.0.0.1`;

function ssh(ways: Ways, way: Way, rest: readonly string[]): ChildProcess {
  return spawn('ssh', [...ways[way], ...rest], { stdio: ['pipe', 'pipe', 'inherit'] });
}

/** Runs a command that prints how many bytes it moved. */
async function megabytesPerSecond(command: string): Promise<number> {
  const started = performance.now();
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
  let bytes = '';
  child.stdout.on('data', (text: Buffer) => {
    bytes += text.toString();
  });
  await once(child, 'close');
  if (!(Number(bytes) > 0)) throw new Error('nothing came through ssh.');
  return Number(bytes) / MEGABYTE / ((performance.now() - started) / 1_000);
}

/** Milliseconds until a program has ended. */
async function timed(child: ChildProcess): Promise<number> {
  const started = performance.now();
  child.stdout?.resume();
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`ssh ended with status ${code}.`);
  return performance.now() - started;
}

/** From a keystroke to its echo in a terminal, each alone, in turn. */
async function echo(ways: Ways, keystrokes: number): Promise<BenchLine> {
  const open = async (way: Way) => {
    const child = spawn(
      'ssh',
      ['-q', '-tt', ...over(ways, way).replaceAll("'", '').split(' '), 'stty raw; echo up; cat'],
      {
        // The master complains there that this is not a terminal.
        stdio: ['pipe', 'pipe', 'ignore'],
      },
    );
    await once(child.stdout, 'data');
    return child;
  };
  const [direct, gateway] = [await open('direct'), await open('gateway')];
  const press = async (child: typeof direct): Promise<number> => {
    const heard = once(child.stdout, 'data');
    const started = performance.now();
    child.stdin.write('x');
    await heard;
    return performance.now() - started;
  };
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let i = -20; i < keystrokes; i++) {
    const pair = [await press(gateway), await press(direct)] as const;
    if (i < 0) continue;
    ours.push(pair[0]);
    theirs.push(pair[1]);
  }
  direct.kill();
  gateway.kill();
  return line('echo_ms', 'ms', ours, theirs);
}
