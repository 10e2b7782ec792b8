import type { Page } from '@playwright/test';
import type { Transfer } from '../../../protocol/ipc/snapshot.ts';
import type { Answers } from '../fake-main.ts';
import type { Scene } from '../scene.ts';
import { MINUTE, NOW } from '../world/moments.ts';
import { grant, held } from '../world/state.ts';
import { alone, long, scene } from './terminal.ts';

type Listed = Extract<NonNullable<Answers['files.list']>, { ok: true }>['value'];
type Entry = Listed['entries'][number];

const HOUR = 60 * MINUTE;

function file(name: string, bytes: number, over: Partial<Entry> = {}): Entry {
  return { name, kind: 'file', bytes, modifiedAt: NOW - 12 * MINUTE, permissions: 0o644, ...over };
}
const folder = (name: string, over: Partial<Entry> = {}): Entry =>
  file(name, 4096, { kind: 'folder', permissions: 0o755, modifiedAt: NOW - 30 * HOUR, ...over });

const USUAL: Entry[] = [
  folder('invoices'),
  folder('releases', { permissions: 0o2775 }),
  folder('.ssh', { permissions: 0o700 }),
  file('current', 11, { kind: 'link', permissions: 0o777 }),
  file('ledger.csv', 48_221_004),
  file('restart.sh', 812, { permissions: 0o755, modifiedAt: NOW - 3 * 24 * HOUR }),
  file('quarterly report for the board, final version 3 (signed).pdf', 2_310_000, {
    modifiedAt: NOW - 400 * 24 * HOUR,
  }),
  file('.bash_history', 9_120, { permissions: 0o600 }),
  file('worker.sock', 0, { kind: 'other', permissions: 0o660 }),
];

const ODD: Entry[] = [
  file('invoice\u202efdp.exe', 90_112),
  file('two\nlines', 12),
  file('\u001b[31mred\u001b[0m', 7),
  file(' leading and trailing ', 3),
  file('no\u200bspace', 3),
  file('日本語の名前.txt', 310),
  file('تقرير.pdf', 12_000),
  file('👩‍💻 notes.md', 2_048),
  file(`${'very-'.repeat(40)}long.tar.gz`, 5_400_000_000),
  file('<b>not bold<', 1),
];

const listing = (entries: Entry[], over: Partial<Listed> = {}): Answers => ({
  'files.list': { ok: true, value: { path: '/home/deploy', more: false, entries, ...over } },
});
const shown = async (page: Page): Promise<void> => page.getByRole('button', { name: /Files/ }).click();

const moving = { state: 'moving' } as const;
function transfer(number: number, name: string, over: Partial<Transfer> = {}): Transfer {
  return {
    ...{ id: `file-${number}`, terminalId: 'term-1', direction: 'download', name },
    ...{ bytes: 0, totalBytes: null, status: moving, ...over },
  };
}

const TRANSFERS: Transfer[] = [
  transfer(1, 'releases', {
    ...{ bytes: 48_000_000, totalBytes: 48_000_000 },
    status: {
      state: 'done',
      whole: false,
      sentence: 'Without run/lock (a link), keys/host (no permission) and 2 others.',
    },
  }),
  transfer(2, 'build.tar.gz', {
    ...{ direction: 'upload', bytes: 91_000_000, totalBytes: 310_000_000 },
    status: {
      state: 'failed',
      problem: {
        code: 'grant-not-live',
        message:
          'Stopped: access ended 14:05: its time is over. .build.tar.gz.5f2c81a07d3e.part stays in /srv on the target; your next upload into that folder removes it.',
      },
    },
  }),
  transfer(3, 'notes.txt', { status: { state: 'cancelled', sentence: 'Nothing is left of it.' } }),
  transfer(4, 'ledger.csv', { bytes: 31_000_000, totalBytes: 48_221_004 }),
  transfer(5, 'restart.sh', { direction: 'upload' }),
];

/** The files beside a terminal. */
export const fileScenes: readonly Scene[] = [
  scene('files', alone(long), { answers: listing(USUAL), act: shown }),
  scene('files-transfers', { ...alone(long), transfers: TRANSFERS }, { answers: listing(USUAL), act: shown }),
  scene('files-small', alone(long), { answers: listing(USUAL), act: shown, size: [480, 320] }),
  scene('files-wide', alone(long), {
    answers: listing(USUAL, { path: '/srv/billing/shared/releases/2026-11-20/assets' }),
    act: shown,
    size: [1280, 720],
  }),
  scene('files-hidden-by-size', alone(long), {
    answers: listing(USUAL),
    act: async (page) => {
      await shown(page);
      await page.getByRole('button', { name: 'Show hidden files' }).click();
      await page.getByRole('button', { name: 'Sort by size' }).click();
      await page.getByRole('checkbox', { name: 'Choose ledger.csv' }).check();
    },
  }),
  scene('files-keyboard', alone(long), {
    answers: listing(USUAL),
    act: async (page) => {
      await shown(page);
      await page.locator('[data-row="0"]').focus();
      await page.keyboard.press('End');
      await page.keyboard.press('Shift+ArrowUp');
      await page.keyboard.type('led');
    },
  }),
  scene('files-odd-names', alone(long), { answers: listing(ODD), act: shown }),
  scene('files-many', alone(long), {
    answers: listing(
      Array.from({ length: 10_000 }, (_, i) => file(`event-${String(i).padStart(5, '0')}.log`, i * 977)),
      { path: '/var/log/events', more: true },
    ),
    act: async (page) => {
      await shown(page);
      await page.locator('[data-row="0"]').focus();
      await page.keyboard.press('End');
    },
  }),
  scene('files-empty', alone(long), { answers: listing([]), act: shown }),
  scene('files-no-permission', alone(long), {
    answers: {
      'files.list': {
        ok: false,
        error: { code: 'not-allowed', message: 'The login has no permission for folder /root.' },
      },
    },
    act: shown,
  }),
  scene('files-not-included', { ...alone(long), grants: [held(withoutFiles())] }, { act: shown }),
  scene('files-drop', alone(long), {
    answers: listing(USUAL),
    act: async (page) => {
      await shown(page);
      const data = await page.evaluateHandle(() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(['x'], 'x.txt'));
        return transfer;
      });
      await page.getByRole('complementary').dispatchEvent('dragenter', { dataTransfer: data });
    },
  }),
];

function withoutFiles() {
  return { ...grant(1, 'billing-app'), limits: { ...long.limits, sftp: false } };
}
