import { useEffect, useRef } from 'react';
import type { SettingsGroup } from '../../../protocol/ipc/bridge.ts';
import { Page } from '../../components/page.tsx';
import { Section } from '../../components/section.tsx';
import { About } from './about.tsx';
import { Appearance } from './appearance.tsx';
import { Connecting } from './connecting.tsx';
import { Favourites } from './favourites.tsx';
import { General } from './general.tsx';
import { NotificationSettings } from './notifications.tsx';
import classes from './settings-page.module.css';
import { Templates } from './templates.tsx';
import { TerminalSettings } from './terminal-settings.tsx';
import { Updates } from './updates.tsx';
import { words } from './words.ts';

interface Props {
  /** A group to begin at. */
  group?: SettingsGroup | undefined;
  /** Whether to ask at once about signing out. */
  leaving?: boolean | undefined;
}

/** What a person chooses; each change is sent at once. */
export function SettingsPage({ group, leaving = false }: Props) {
  const first = leaving ? 'about' : group;
  return (
    <Page title={words.title}>
      <div className={classes.root}>
        <Group name="general" first={first}>
          <General />
        </Group>
        <Group name="notifications" first={first}>
          <NotificationSettings />
        </Group>
        <Group name="connecting" first={first}>
          <Connecting />
        </Group>
        <Group name="terminal" first={first}>
          <TerminalSettings />
        </Group>
        <Group name="appearance" first={first}>
          <Appearance />
        </Group>
        <Group name="kept" first={first}>
          <Templates />
          <Favourites />
        </Group>
        <Group name="updates" first={first}>
          <Updates />
        </Group>
        <Group name="about" first={first}>
          <About leaving={leaving} />
        </Group>
      </div>
    </Page>
  );
}

function Group({
  name,
  first,
  children,
}: {
  name: SettingsGroup;
  first: SettingsGroup | undefined;
  children: React.ReactNode;
}) {
  const place = useRef<HTMLDivElement>(null);
  const isFirst = name === first;
  useEffect(() => {
    if (!isFirst) return;
    place.current?.scrollIntoView({ block: 'start' });
    // A question that has opened here keeps the focus it took.
    if (!place.current?.contains(document.activeElement)) place.current?.focus({ preventScroll: true });
  }, [isFirst]);
  return (
    <div ref={place} tabIndex={-1} className={classes.group}>
      <Section title={words.groups[name]}>{children}</Section>
    </div>
  );
}
