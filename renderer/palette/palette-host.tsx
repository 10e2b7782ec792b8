import { useEffect, useState } from 'react';
import { later } from '../components/later.tsx';
import { currentSnapshot } from '../store/snapshot.ts';
import type { PaletteCommand } from './command.ts';
import { opensPalette } from './opens-palette.ts';
import type { Place } from './use-perform.ts';

/** The palette itself, to be fetched before it is wanted. */
export const Palette = later(async () => (await import('./palette.tsx')).default);
const NONE: readonly PaletteCommand[] = [];

interface Props {
  window: 'popover' | 'terminal';
  place: Place;
  /** Commands of this window alone, offered first; asked for when the palette opens. */
  own?: () => readonly PaletteCommand[];
}

/** The command palette of a window, and the key that opens and closes it; nothing of it is loaded before. */
export function PaletteHost({ window: kind, place, own }: Props) {
  const [opened, setOpened] = useState<readonly PaletteCommand[] | null>(null);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!opensPalette(event, kind, currentSnapshot().platform)) return;
      event.preventDefault();
      event.stopPropagation();
      setOpened((now) => (now === null ? (own?.() ?? NONE) : null));
    };
    // Before the page and the shell of a terminal see it.
    window.addEventListener('keydown', press, true);
    return () => window.removeEventListener('keydown', press, true);
  }, [kind, own]);
  if (opened === null) return null;
  return <Palette window={kind} place={place} own={opened} onClose={() => setOpened(null)} />;
}
