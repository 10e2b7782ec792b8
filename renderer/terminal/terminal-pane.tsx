import { useEffect, useLayoutEffect, useRef } from 'react';
import type { Terminal } from '../../protocol/ipc/snapshot.ts';
import { useSnapshot } from '../store/snapshot.ts';
import { useColorScheme } from '../theme/app-theme.tsx';
import { COLORS } from './colors.ts';
import { PasteQuestion } from './paste-question.tsx';
import { TerminalBand } from './terminal-band.tsx';
import classes from './terminal-window.module.css';
import { useNotes, viewOf } from './views.ts';

/** One terminal, drawn also while its tab is behind, so that it always has its real size. */
export function TerminalPane({ terminal, active }: { terminal: Terminal; active: boolean }) {
  const fontSize = useSnapshot((s) => s.settings.terminalFontSize);
  const scrollback = useSnapshot((s) => s.settings.terminalScrollback);
  const theme = COLORS[useColorScheme()];
  const place = useRef<HTMLDivElement>(null);
  const { riskyPaste, failure } = useNotes(terminal.id);
  const { id, status } = terminal;
  const over = status.state === 'ended' || status.state === 'failed';
  useLayoutEffect(() => {
    if (place.current !== null) viewOf(id, { fontSize, scrollback, theme }).showIn(place.current);
  }, [id, fontSize, scrollback, theme]);
  useEffect(() => viewOf(id, {}).restyle({ fontSize, scrollback, theme }), [id, fontSize, scrollback, theme]);
  useEffect(() => {
    if (over) viewOf(id, {}).end();
  }, [id, over]);
  useEffect(() => {
    if (active && riskyPaste === null) viewOf(id, {}).focus();
  }, [id, active, riskyPaste]);
  return (
    <section
      className={classes.pane}
      data-active={active || undefined}
      aria-label={terminal.title}
      aria-hidden={!active}
    >
      <TerminalBand terminal={terminal} failure={failure} />
      {riskyPaste !== null && <PasteQuestion id={id} text={riskyPaste} />}
      <div className={classes.screen} data-over={over || undefined}>
        <div ref={place} className={classes.xterm} />
      </div>
    </section>
  );
}
