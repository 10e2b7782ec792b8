import '@xterm/xterm/css/xterm.css';
import { IconTerminal2 } from '@tabler/icons-react';
import { useEffect } from 'react';
import { bridge } from '../bridge.ts';
import { EmptyState } from '../components/empty-state.tsx';
import { useSnapshot } from '../store/snapshot.ts';
import { chooseTab, useActiveTab } from './active-tab.ts';
import { StatusBar } from './status-bar.tsx';
import { TabStrip } from './tab-strip.tsx';
import { TerminalPane } from './terminal-pane.tsx';
import classes from './terminal-window.module.css';
import { useTerminalKeys } from './use-terminal-keys.ts';
import { keepOnly } from './views.ts';
import { words } from './words.ts';

/** The window with the terminals, one a tab. */
export default function TerminalWindow() {
  const terminals = useSnapshot((s) => s.terminals);
  const active = useActiveTab();
  useEffect(
    () =>
      bridge.onNavigate((destination) => {
        if (destination.page === 'terminal') chooseTab(destination.terminalId);
      }),
    [],
  );
  useEffect(() => keepOnly(terminals.map((t) => t.id)), [terminals]);
  useEffect(() => {
    document.title = active?.title ?? words.title;
  }, [active?.title]);
  useTerminalKeys();
  return (
    <div className={classes.window}>
      <TabStrip />
      <main className={classes.panes} aria-label={words.title}>
        {terminals.map((terminal) => (
          <TerminalPane key={terminal.id} terminal={terminal} active={terminal.id === active?.id} />
        ))}
        {terminals.length === 0 && (
          <EmptyState icon={<IconTerminal2 size={22} stroke={1.6} />} title={words.empty}>
            {words.emptyText}
          </EmptyState>
        )}
      </main>
      <StatusBar />
    </div>
  );
}
