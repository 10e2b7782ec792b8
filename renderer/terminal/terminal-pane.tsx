import { useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import type { Terminal } from '../../protocol/ipc/snapshot.ts';
import { useSnapshot } from '../store/snapshot.ts';
import { useColorScheme } from '../theme/app-theme.tsx';
import { DropHint } from './files/drop-hint.tsx';
import { useFileDrop } from './files/use-file-drop.ts';
import type { Rect } from './layout.ts';
import { LinkHint, LinkQuestion } from './link-question.tsx';
import { lookOf } from './look.ts';
import { PaneMenu } from './pane-menu.tsx';
import { PasteQuestion } from './paste-question.tsx';
import { useReadAloud } from './read-aloud.ts';
import { SearchBar } from './search-bar.tsx';
import { chooseTerminal } from './tab-store.ts';
import { TerminalBand } from './terminal-band.tsx';
import classes from './terminal-window.module.css';
import { drawnView, showMenu, useNotes, viewOf } from './views.ts';
import { words } from './words.ts';

interface Props {
  terminal: Terminal;
  /** Where it stands in the window. */
  rect: Rect;
  /** Its tab is in front. */
  shown: boolean;
  /** It has the keyboard. */
  active: boolean;
  /** Which of how many of its tab it is. */
  nth: { at: number; of: number };
}

/** One terminal, drawn also while its tab is behind, so that it always has its real size. */
export function TerminalPane({ terminal, rect, shown, active, nth }: Props) {
  const settings = useSnapshot((s) => s.settings);
  const mac = useSnapshot((s) => s.platform === 'darwin');
  const scheme = useColorScheme();
  const { terminalFontSize, terminalFont, terminalScrollback, terminalColors } = settings;
  const look = useMemo(() => {
    const ours = getComputedStyle(document.documentElement).getPropertyValue('--mono');
    return lookOf({ terminalFontSize, terminalFont, terminalScrollback, terminalColors }, scheme, ours);
  }, [terminalFontSize, terminalFont, terminalScrollback, terminalColors, scheme]);
  const readAloud = useReadAloud();
  const place = useRef<HTMLDivElement>(null);
  const { riskyPaste, failure, link, hovered, searching, bells, menu } = useNotes(terminal.id);
  const { id, status } = terminal;
  const drop = useFileDrop(terminal);
  const over = status.state === 'ended' || status.state === 'failed';
  const asking = riskyPaste !== null || link !== null;
  useLayoutEffect(() => {
    if (place.current !== null) viewOf(id, look).showIn(place.current);
  }, [id, look]);
  useEffect(() => viewOf(id, look).restyle(look), [id, look]);
  useEffect(() => viewOf(id, look).readAloud(readAloud), [id, look, readAloud]);
  useEffect(() => {
    if (over) viewOf(id, look).end();
    else viewOf(id, look).again();
  }, [id, look, over]);
  useEffect(() => {
    if (active && !asking) drawnView(id)?.focus();
  }, [id, active, asking]);
  const percent = (share: number): string => `${share * 100}%`;
  return (
    <section
      className={classes.pane}
      style={{
        left: percent(rect.left),
        top: percent(rect.top),
        width: percent(rect.width),
        height: percent(rect.height),
      }}
      data-shown={shown || undefined}
      data-active={active || undefined}
      data-several={nth.of > 1 || undefined}
      aria-label={nth.of > 1 ? words.pane(terminal.title, nth.at, nth.of) : terminal.title}
      aria-hidden={!shown}
      {...drop.handlers}
      onFocusCapture={() => chooseTerminal(id)}
      onContextMenu={(event) => {
        if (!(event.target instanceof Element) || event.target.closest(`.${classes.screen}`) === null) return;
        event.preventDefault();
        // A program that takes the clicks gets this one too, as in other terminals.
        if (!event.shiftKey && event.button === 2 && viewOf(id, look).mouseTaken()) return;
        showMenu(id, { x: event.clientX, y: event.clientY });
      }}
    >
      <TerminalBand terminal={terminal} failure={failure} />
      {riskyPaste !== null && <PasteQuestion id={id} text={riskyPaste} />}
      {link !== null && <LinkQuestion id={id} link={link} />}
      <div
        className={classes.screen}
        style={{ background: look.theme.background }}
        data-over={over || undefined}
        data-bell={bells > 0 ? bells % 2 : undefined}
      >
        <div ref={place} className={classes.xterm} />
        {searching && <SearchBar id={id} />}
        {hovered !== null && link === null && <LinkHint link={hovered} mac={mac} />}
      </div>
      <DropHint over={drop.over} to={terminal.title} />
      {menu !== null && <PaneMenu terminal={terminal} at={menu} />}
    </section>
  );
}
