import { ActionIcon } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { Terminal } from '../../protocol/ipc/snapshot.ts';
import { isLiveInApp } from '../../protocol/model/grant.ts';
import { send } from '../bridge.ts';
import { Countdown } from '../components/countdown.tsx';
import { moveFocus } from '../components/move-focus.ts';
import { useNow } from '../store/clock.ts';
import { useSnapshot } from '../store/snapshot.ts';
import { chooseTab, useActiveTab } from './active-tab.ts';
import { shortcutText } from './shortcuts.ts';
import classes from './tab-strip.module.css';
import { drawnView } from './views.ts';
import { words } from './words.ts';

/** The tabs: how each stands, where it is, how long still. */
export function TabStrip() {
  const terminals = useSnapshot((s) => s.terminals);
  const platform = useSnapshot((s) => s.platform);
  const active = useActiveTab();
  const grant = useSnapshot((s) => s.grants.find((held) => held.grant.id === active?.grantId)?.grant);
  const now = useNow();
  const live = grant !== undefined && isLiveInApp(grant, now);
  if (terminals.length === 0) return null;
  return (
    <nav className={classes.strip} aria-label={words.tabs}>
      <ul className={classes.tabs}>
        {terminals.map((terminal) => (
          <Tab key={terminal.id} terminal={terminal} active={terminal.id === active?.id} />
        ))}
      </ul>
      {active !== undefined && live && (
        <ActionIcon
          variant="subtle"
          color="gray"
          className={classes.more ?? ''}
          aria-label={words.another}
          title={`${words.another}  ${shortcutText('T', platform)}`}
          onClick={() => void send('terminal.open', { grantId: active.grantId })}
        >
          <IconPlus size={15} />
        </ActionIcon>
      )}
    </nav>
  );
}

function Tab({ terminal, active }: { terminal: Terminal; active: boolean }) {
  const { id, title, status } = terminal;
  return (
    <li className={classes.tab} data-active={active || undefined}>
      <button
        type="button"
        data-tab={id}
        className={classes.choose}
        aria-current={active || undefined}
        title={title}
        onClick={() => {
          chooseTab(id);
          drawnView(id)?.focus();
        }}
        onAuxClick={(event) => {
          if (event.button === 1) void send('terminal.close', { id });
        }}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
          event.preventDefault();
          moveFocus(event.currentTarget.closest('ul'), '[data-tab]', event.key === 'ArrowRight' ? 1 : -1);
        }}
      >
        <span className={classes.dot} data-state={status.state} aria-hidden />
        <span className={classes.title}>{title}</span>
        <TabTime terminal={terminal} />
      </button>
      <button
        type="button"
        className={classes.close}
        aria-label={words.closeTab(title)}
        onClick={() => void send('terminal.close', { id })}
      >
        <IconX size={13} aria-hidden />
      </button>
    </li>
  );
}

function TabTime({ terminal }: { terminal: Terminal }) {
  switch (terminal.status.state) {
    case 'open':
    case 'opening':
      return (
        <span className={classes.time}>
          <Countdown until={terminal.endsAt} suffix="" />
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
