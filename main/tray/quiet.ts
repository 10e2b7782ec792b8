import { timeAndDay } from '../grants/end-words.ts';
import type { TrayItem } from './tray-view.ts';

/** For how long nothing shall disturb the person. */
export type QuietLength = 'hour' | 'tomorrow' | 'off';

/** When the day begins for who does not want to be disturbed until tomorrow, hour of the day. */
const MORNING = 8;

/** The setting `doNotDisturbUntil` that a length makes, from now on. Pure. @param now wall clock, epoch ms */
export function quietUntil(length: QuietLength, now: number): number {
  switch (length) {
    case 'hour':
      return now + 3_600_000;
    case 'tomorrow': {
      const morning = new Date(now);
      morning.setDate(morning.getDate() + 1);
      morning.setHours(MORNING, 0, 0, 0);
      return morning.getTime();
    }
    case 'off':
      return 0;
    default:
      return length satisfies never;
  }
}

/** The menu that chooses it. Pure. @param until the setting, epoch ms */
export function quietItems(until: number, now: number): TrayItem[] {
  const item = (label: string, length: QuietLength): TrayItem => ({
    kind: 'act',
    label,
    act: { kind: 'quiet', length },
  });
  const choices = [item('For 1 hour', 'hour'), item('Until tomorrow', 'tomorrow')];
  if (until <= now) return [{ kind: 'menu', label: 'Do not disturb', items: choices }];
  const label = `Do not disturb until ${timeAndDay(until, now)}`;
  return [{ kind: 'menu', label, items: [item('Disturb me again', 'off'), ...choices] }];
}
