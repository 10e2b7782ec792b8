import type { SettingsGroup } from '../../protocol/ipc/bridge.ts';
import type { Snapshot } from '../../protocol/ipc/snapshot.ts';
import { isQuiet, nextMorning, QUIET_HOUR_MS } from '../pages/settings/quiet-time.ts';
import { words as settingsWords } from '../pages/settings/words.ts';
import { dayAndTime } from '../words/moments.ts';
import type { PaletteCommand } from './command.ts';
import { words } from './words.ts';

/** In the order in which the page says them. */
const GROUPS = Object.keys(settingsWords.groups) as SettingsGroup[];

/** Switches that are flipped at once, and the parts of the settings page. @param now this computer's clock, epoch ms */
export function settingsCommands({ settings, signIn, update }: Snapshot, now: number): PaletteCommand[] {
  const group = words.groups.settings;
  const change = (input: Partial<Snapshot['settings']>): PaletteCommand['act'] => ({
    kind: 'send',
    name: 'settings.change',
    input,
  });
  const quiet: PaletteCommand[] = isQuiet(settings.doNotDisturbUntil, now)
    ? [
        {
          id: 'quiet off',
          title: words.quietOff,
          detail: words.quietNow(dayAndTime(settings.doNotDisturbUntil, now)),
          group,
          icon: 'quiet',
          act: change({ doNotDisturbUntil: 0 }),
        },
      ]
    : [
        {
          id: 'quiet hour',
          title: words.quietHour,
          also: 'dnd notifications mute silence',
          group,
          icon: 'quiet',
          act: change({ doNotDisturbUntil: now + QUIET_HOUR_MS }),
        },
        {
          id: 'quiet night',
          title: words.quietUntil(dayAndTime(nextMorning(now), now)),
          also: 'dnd notifications mute silence',
          group,
          icon: 'quiet',
          act: change({ doNotDisturbUntil: nextMorning(now) }),
        },
      ];
  const themes = (['system', 'light', 'dark'] as const)
    .filter((theme) => theme !== settings.theme)
    .map(
      (theme): PaletteCommand => ({
        id: `theme ${theme}`,
        title: words.themes[theme],
        also: 'mode appearance colours',
        group,
        icon: 'theme',
        searchOnly: true,
        act: change({ theme }),
      }),
    );
  const parts = GROUPS.map(
    (part): PaletteCommand => ({
      id: `settings ${part}`,
      title: words.settings(settingsWords.groups[part]),
      also: `preferences options ${words.alsoSettings[part]}`,
      group,
      icon: 'page',
      searchOnly: true,
      act: { kind: 'show', destination: { page: 'settings', group: part } },
    }),
  );
  if (signIn.state !== 'signed-in') return [...quiet, ...themes];
  const restart: PaletteCommand[] =
    update.state === 'ready'
      ? [
          {
            id: 'update',
            title: words.restartInto(update.version),
            also: 'update upgrade install version',
            group,
            icon: 'update',
            act: { kind: 'show', destination: { page: 'settings', group: 'updates' } },
          },
        ]
      : [];
  return [...quiet, ...restart, ...themes, ...parts];
}
