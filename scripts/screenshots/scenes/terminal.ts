import type { Snapshot, Terminal } from '../../../protocol/ipc/snapshot.ts';
import type { Grant } from '../../../protocol/model/grant.ts';
import type { Scene } from '../scene.ts';
import { MINUTE, NOW } from '../world/moments.ts';
import { erin, target } from '../world/org.ts';
import { grant, held, request, snapshot } from '../world/state.ts';

const OUTPUT = [
  '\u001b[32mdeploy@billing-app\u001b[0m:\u001b[34m~\u001b[0m$ systemctl status invoice-worker --no-pager',
  '\u001b[1;32m●\u001b[0m invoice-worker.service - Invoice worker',
  '     Active: \u001b[1;32mactive (running)\u001b[0m since 11:48; 12min ago',
  '   Main PID: 4121 (node)',
  '',
  'Nov 20 11:59:58 billing-app worker[4121]: 184 invoices waiting',
  'Nov 20 12:00:01 billing-app worker[4121]: \u001b[33mWARN\u001b[0m slow answer from ledger (2.1 s)',
  '\u001b[32mdeploy@billing-app\u001b[0m:\u001b[34m~\u001b[0m$ ',
].join('\r\n');

function terminal(number: number, of: Grant, over: Partial<Terminal> = {}): Terminal {
  const { id: grantId, login, target: at, endsAt } = of;
  const title = `${login}@${at.name}`;
  return { id: `term-${number}`, beside: null, grantId, title, endsAt, status: { state: 'open' }, ...over };
}

export const long = grant(1, 'billing-app');
const direct = grant(2, 'staging-web', { target: { ...target('staging-web'), via: 'direct' } });
export const scene = (name: string, over: Partial<Snapshot>, more: Partial<Scene> = {}): Scene => ({
  name: `terminal-${name}`,
  window: 'terminal',
  snapshot: snapshot(erin, over),
  output: { 'term-1': OUTPUT, 'term-2': OUTPUT, 'term-3': OUTPUT },
  ...more,
});
export const alone = (of: Grant, over: Partial<Terminal> = {}): Partial<Snapshot> => ({
  grants: [held(of)],
  terminals: [terminal(1, of, over)],
});

/** The window of the terminals. */
export const terminalScenes: readonly Scene[] = [
  scene('open', { grants: [held(long), held(direct)], terminals: [terminal(1, long), terminal(2, direct)] }),
  scene('panes', {
    grants: [held(long)],
    terminals: [
      terminal(1, long),
      terminal(2, long, { beside: { id: 'term-1', edge: 'right' } }),
      terminal(3, long, { beside: { id: 'term-2', edge: 'below' } }),
    ],
  }),
  scene('direct', alone(direct)),
  scene('ends-soon', alone(grant(1, 'billing-app', { endsAt: NOW + 4 * MINUTE }))),
  scene('more-time-asked', {
    ...alone(grant(1, 'billing-app', { endsAt: NOW + 4 * MINUTE })),
    requests: [request(9, 'billing-app', { extendsGrantId: long.id, durationSeconds: 1800 })],
  }),
  scene('more-time', alone(grant(1, 'billing-app', { endsAt: NOW + 4 * MINUTE })), {
    act: async (page) => page.getByRole('button', { name: 'Extend…' }).click(),
  }),
  scene('drains', alone(grant(1, 'billing-app', { endsAt: NOW - MINUTE, drainSeconds: 300 }))),
  scene(
    'ended',
    alone(
      grant(1, 'billing-app', {
        endsAt: NOW,
        status: { state: 'ended', reason: 'expired', endedAt: NOW, by: null, note: '' },
      }),
      {
        status: { state: 'ended', reason: 'expired', sentence: 'access ended 12:00: its time is over', at: NOW },
      },
    ),
  ),
  scene(
    'failed',
    alone(long, {
      status: {
        state: 'failed',
        problem: { code: 'target-unreachable', message: 'The target billing-app did not answer.' },
      },
    }),
  ),
  scene('search', alone(long), {
    act: async (page) => {
      await page.keyboard.press('Control+Shift+F');
      await page.keyboard.type('worker');
    },
  }),
  scene('nothing-open', {}),
];
