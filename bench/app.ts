// What the app costs a person's computer, beside what they would use instead: the smallest Electron tray app, and xterm with ssh.

import { processGone } from '../test/support/process-watch.ts';
import { Desk, XTERM_AREA } from './app/desk.ts';
import { popover } from './app/popover.ts';
import { inTurn, type Stage, setStage } from './app/stage.ts';
import { echoes, floodCtrlC, lettersSeen, type Shell, settle, shellPid, throughput } from './app/terminal.ts';
import { trayOnly } from './app/tray.ts';
import { type Bench, median } from './bench.ts';

/** What a started app does in its first seconds (caches, garbage) is over by then. */
const SETTLE_MS = { quick: 2_000, full: 5_000 };
/** The shortest grant there is. */
const GRANT_SECONDS = 30;

type Report = (metric: string, unit: string, ours: readonly number[], baseline: readonly number[]) => void;

export const bench: Bench = {
  name: 'app',
  async run({ quick }, emit) {
    if (process.platform !== 'linux') throw new Error('it counts memory by /proc, which only Linux has.');
    const report: Report = (metric, unit, ours, baseline) =>
      emit({
        metric,
        value: median(ours),
        unit,
        ours: median(ours),
        baseline: median(baseline),
        runs: ours.length,
        min: Math.min(...ours),
        max: Math.max(...ours),
      });
    const stage = await setStage();
    try {
      await standing(stage, quick, report);
      const desk = await Desk.start(stage);
      try {
        await working(desk, quick, report);
        await ending(desk, quick ? 1 : 3, report);
      } finally {
        await desk.dispose();
      }
    } finally {
      await stage.dispose();
    }
  },
};

/** Start, memory, and the popover, beside the bare tray app. */
async function standing(stage: Stage, quick: boolean, report: Report): Promise<void> {
  const runs = quick ? 3 : 9;
  const settleMs = quick ? SETTLE_MS.quick : SETTLE_MS.full;
  const both = [stage.ours, stage.bare] as const;
  // Once for each to fill the caches of disk and profile; what is measured is an ordinary morning, not the first.
  for (const contender of both) await trayOnly(stage, contender, 0);
  const [ours, bare] = await inTurn(runs, both, (contender) => trayOnly(stage, contender, settleMs));
  const of = <T>(list: readonly T[], key: keyof T): number[] => list.map((one) => Number(one[key]));
  report('tray_ready_ms', 'ms', of(ours, 'readyMs'), of(bare, 'readyMs'));
  report('pss_tray_mb', 'MB', of(ours, 'pssMb'), of(bare, 'pssMb'));
  const [opened, bareOpened] = await inTurn(runs, both, (contender) => popover(stage, contender, settleMs));
  report('pss_popover_mb', 'MB', of(opened, 'pssMb'), of(bareOpened, 'pssMb'));
  report('popover_open_ms', 'ms', of(opened, 'openMs'), of(bareOpened, 'openMs'));
  report('popover_reshow_ms', 'ms', of(opened, 'reshowMs'), of(bareOpened, 'reshowMs'));
}

/** The built-in terminal beside xterm with ssh: the same shell on the same target through the same gateway. */
async function working(desk: Desk, quick: boolean, report: Report): Promise<void> {
  const grant = await desk.grant(3600);
  const ours = await desk.builtIn(grant, 'ours');
  const { program, shell: theirs } = await desk.xterm(grant);
  try {
    const [keys, theirKeys] = [await echoes(ours), await echoes(theirs)];
    report('echo_ms', 'ms', keys, theirKeys);
    report('echo_floor_ms', 'ms', await floor(desk), theirKeys);
    const [rates, floods] = [[[], []] as [number[], number[]], [[], []] as [number[], number[]]];
    for (let i = 0; i < (quick ? 1 : 3); i++) {
      for (const [n, shell] of [ours, theirs].entries()) {
        rates[n as 0 | 1].push(await throughput(desk, shell, quick ? 16 : 48));
        floods[n as 0 | 1].push(await floodCtrlC(desk, shell));
      }
    }
    report('terminal_mb_s', 'MB/s', ...rates);
    report('flood_ctrl_c_ms', 'ms', ...floods);
  } finally {
    await program.stop();
  }
}

/** From a key to its letter in a bare page of the same Electron: no terminal drawn by a page can be faster. */
async function floor(desk: Desk): Promise<number[]> {
  const { program, shell } = await desk.barePage();
  try {
    await settle(shell);
    return await lettersSeen(shell);
  } finally {
    await program.stop();
  }
}

/** How far from its deadline a shell ends: in a native terminal that the app opened, beside the built-in one. */
async function ending(desk: Desk, runs: number, report: Report): Promise<void> {
  const [native, builtIn]: [number[], number[]] = [[], []];
  for (let i = 0; i < runs; i++) {
    const grant = await desk.grant(GRANT_SECONDS);
    await desk.command('settings.change', { nativeTerminal: 'xterm' });
    await desk.command('native.open', { grantId: grant.id });
    const title = new RegExp(`${grant.login}@${grant.target.name}`);
    const { screen } = desk;
    const ours: Shell = { screen, window: await screen.window(title), area: XTERM_AREA, name: `native-${i}` };
    const pids = [await shellPid(desk, ours)];
    const beside = await desk.builtIn(grant, `built-in-${i}`);
    pids.push(await shellPid(desk, beside));
    const patience = grant.endsAt - Date.now() + 10_000;
    const [first = 0, second = 0] = await Promise.all(pids.map((pid) => processGone(pid, patience)));
    native.push(first - grant.endsAt);
    builtIn.push(second - grant.endsAt);
  }
  report('native_cut_ms', 'ms', native, builtIn);
}
