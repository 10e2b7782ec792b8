import { ActionIcon } from '@mantine/core';
import { IconFolder, IconLayoutColumns, IconPlus, IconX } from '@tabler/icons-react';
import type { Terminal } from '../../protocol/ipc/snapshot.ts';
import { isLiveInApp } from '../../protocol/model/grant.ts';
import { send } from '../bridge.ts';
import { Countdown } from '../components/countdown.tsx';
import { moveFocus } from '../components/move-focus.ts';
import { useNow } from '../store/clock.ts';
import { useSnapshot } from '../store/snapshot.ts';
import { actIn } from './acts.ts';
import { endingOf } from './ending.ts';
import { toggleFiles, useFilesShown } from './files/files-store.ts';
import { panesOf } from './layout.ts';
import { shortcutText } from './shortcuts.ts';
import { chooseTerminal, useActiveTerminal, useTabs } from './tab-store.ts';
import classes from './tab-strip.module.css';
import type { Tab } from './tabs.ts';
import { drawnView } from './views.ts';
import { words } from './words.ts';

/** The tabs: how each stands, where it is, how long still; and what can be done with the one in front. */
export function TabStrip() {
  const { tabs, front } = useTabs();
  const platform = useSnapshot((s) => s.platform);
  const active = useActiveTerminal();
  const filesShown = useFilesShown();
  const grant = useSnapshot((s) => s.grants.find((held) => held.grant.id === active?.grantId)?.grant);
  const now = useNow();
  const live = grant !== undefined && isLiveInApp(grant, now);
  if (tabs.length === 0) return null;
  const hint = (does: string, keys: string): string => `${does}  ${keys}`;
  return (
    <nav className={classes.strip} aria-label={words.tabs}>
      <ul className={classes.tabs}>
        {tabs.map((tab) => (
          <TabItem key={tab.key} tab={tab} active={tab.key === front} />
        ))}
      </ul>
      {active !== undefined && live && (
        <>
          <ActionIcon
            variant="subtle"
            color="gray"
            className={classes.more ?? ''}
            aria-label={words.another}
            title={hint(words.another, shortcutText('new', platform))}
            onClick={() => void actIn(active, 'new')}
          >
            <IconPlus size={15} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            className={classes.more ?? ''}
            aria-label={words.splitRight}
            title={hint(words.splitRight, shortcutText('split-right', platform))}
            onClick={() => void actIn(active, 'split-right')}
          >
            <IconLayoutColumns size={15} />
          </ActionIcon>
        </>
      )}
      <ActionIcon
        variant={filesShown ? 'light' : 'subtle'}
        color={filesShown ? 'accent' : 'gray'}
        className={classes.end ?? ''}
        aria-label={words.files}
        aria-pressed={filesShown}
        title={hint(filesShown ? words.hideFiles : words.showFiles, shortcutText('files', platform))}
        onClick={toggleFiles}
      >
        <IconFolder size={16} />
      </ActionIcon>
    </nav>
  );
}

function TabItem({ tab, active }: { tab: Tab; active: boolean }) {
  const terminal = useSnapshot((s) => s.terminals.find((t) => t.id === tab.focus));
  if (terminal === undefined) return null;
  const { id, title, status } = terminal;
  const panes = panesOf(tab.layout);
  const close = () => {
    for (const pane of panes) void send('terminal.close', { id: pane });
  };
  return (
    <li className={classes.tab} data-active={active || undefined}>
      <button
        type="button"
        data-tab={tab.key}
        className={classes.choose}
        aria-current={active || undefined}
        title={title}
        onClick={() => {
          chooseTerminal(id);
          drawnView(id)?.focus();
        }}
        onAuxClick={(event) => {
          if (event.button === 1) close();
        }}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
          event.preventDefault();
          moveFocus(event.currentTarget.closest('ul'), '[data-tab]', event.key === 'ArrowRight' ? 1 : -1);
        }}
      >
        <span className={classes.dot} data-state={status.state} aria-hidden />
        <span className={classes.title}>{title}</span>
        {panes.length > 1 && (
          <span className={classes.panes} role="img" aria-label={`${panes.length} panes`}>
            {panes.length}
          </span>
        )}
        <TabTime terminal={terminal} />
      </button>
      <button type="button" className={classes.close} aria-label={words.closeTab(title)} onClick={close}>
        <IconX size={13} aria-hidden />
      </button>
    </li>
  );
}

function TabTime({ terminal }: { terminal: Terminal }) {
  const grant = useSnapshot((s) => s.grants.find((held) => held.grant.id === terminal.grantId)?.grant);
  const ending = endingOf(grant, useNow());
  switch (terminal.status.state) {
    case 'open':
    case 'opening':
      return (
        <span className={classes.time}>
          <Countdown until={'until' in ending ? ending.until : terminal.endsAt} suffix="" />
        </span>
      );
    case 'ended':
      return <span className={classes.over}>ended</span>;
    case 'failed':
      return <span className={classes.over}>failed</span>;
    default:
      return terminal.status satisfies never;
  }
}
