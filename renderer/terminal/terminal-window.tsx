import { VisuallyHidden } from '@mantine/core';
import '@xterm/xterm/css/xterm.css';
import { IconTerminal2 } from '@tabler/icons-react';
import { useEffect, useLayoutEffect } from 'react';
import type { Destination } from '../../protocol/ipc/bridge.ts';
import { bridge, send } from '../bridge.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { PaletteHost } from '../palette/palette-host.tsx';
import { useSnapshot } from '../store/snapshot.ts';
import { FilesPanel } from './files/files-panel.tsx';
import { useFilesShown } from './files/files-store.ts';
import { dividers, places } from './layout.ts';
import { paletteCommands } from './palette-commands.ts';
import { PaneDivider } from './pane-divider.tsx';
import { StatusBar } from './status-bar.tsx';
import { chooseTerminal, followTerminals, useActiveTerminal, useTabs } from './tab-store.ts';
import { TabStrip } from './tab-strip.tsx';
import { frontTab } from './tabs.ts';
import { TerminalPane } from './terminal-pane.tsx';
import classes from './terminal-window.module.css';
import { useTerminalKeys } from './use-terminal-keys.ts';
import { keepOnly } from './views.ts';
import { words } from './words.ts';

/** What the palette shows is shown in the popover. */
const PLACE = { show: (destination: Destination) => void send('window.showPopover', { destination }) };

/** The window with the terminals: tabs, each with one pane or several. */
export default function TerminalWindow() {
  const terminals = useSnapshot((s) => s.terminals);
  const tabs = useTabs();
  const active = useActiveTerminal();
  const filesShown = useFilesShown();
  useLayoutEffect(() => followTerminals(terminals), [terminals]);
  useEffect(
    () =>
      bridge.onNavigate((destination) => {
        if (destination.page === 'terminal') chooseTerminal(destination.terminalId);
      }),
    [],
  );
  useEffect(() => keepOnly(terminals.map((t) => t.id)), [terminals]);
  useEffect(() => {
    document.title = active?.title ?? words.title;
  }, [active?.title]);
  useTerminalKeys();
  const front = frontTab(tabs);
  const drawn = tabs.tabs.flatMap((tab) =>
    places(tab.layout).map(({ pane, rect }, i, all) => ({ pane, rect, tab, nth: { at: i + 1, of: all.length } })),
  );
  return (
    <div className={classes.window}>
      <TabStrip />
      <div className={classes.middle}>
        <main className={classes.panes} aria-label={words.title}>
          <VisuallyHidden>
            <h1>{active?.title ?? words.title}</h1>
          </VisuallyHidden>
          {terminals.map((terminal) => {
            const place = drawn.find((d) => d.pane === terminal.id);
            if (place === undefined) return null;
            return (
              <TerminalPane
                key={terminal.id}
                terminal={terminal}
                rect={place.rect}
                shown={place.tab.key === front?.key}
                active={terminal.id === active?.id}
                nth={place.nth}
              />
            );
          })}
          {front !== undefined &&
            dividers(front.layout).map((divider) => (
              <PaneDivider key={[...divider.path, divider.index].join()} tab={front.key} divider={divider} />
            ))}
          {terminals.length === 0 && (
            <EmptyState icon={<IconTerminal2 size={22} stroke={1.6} />} title={words.empty}>
              {words.emptyText}
            </EmptyState>
          )}
        </main>
        {filesShown && active !== undefined && <FilesPanel key={active.id} terminal={active} />}
      </div>
      <StatusBar />
      <PaletteHost window="terminal" place={PLACE} own={paletteCommands} />
    </div>
  );
}
