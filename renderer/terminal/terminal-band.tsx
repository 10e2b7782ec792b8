import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Failure } from '../../protocol/errors.ts';
import type { Terminal } from '../../protocol/ipc/snapshot.ts';
import type { Grant } from '../../protocol/model/grant.ts';
import { send } from '../bridge.ts';
import { useAct } from '../store/act.ts';
import { useNow } from '../store/clock.ts';
import { useSnapshot } from '../store/snapshot.ts';
import { clockTime } from '../words/moments.ts';
import { grantFor } from './ending.ts';
import { chooseTerminal } from './tab-store.ts';
import classes from './terminal-band.module.css';
import { drawnView } from './views.ts';
import { words } from './words.ts';

/**
 * What stands above a terminal when it opens, is over, or never opened. A warning stands in the status bar: it must not
 * take a line from a program that draws on the whole screen.
 */
export function TerminalBand({ terminal, failure }: { terminal: Terminal; failure: Failure | null }) {
  const { status, title } = terminal;
  if (failure !== null) return <FailedBand terminal={terminal} message={failure.message} />;
  switch (status.state) {
    case 'opening':
      return (
        <Band tone="quiet" over>
          {words.opening(title)}
        </Band>
      );
    case 'open':
      return null;
    case 'failed':
      return <FailedBand terminal={terminal} message={status.problem.message} />;
    case 'ended':
      return <EndedBand terminal={terminal} sentence={status.sentence} at={status.at} cut={status.reason !== null} />;
    default:
      return status satisfies never;
  }
}

function EndedBand({
  terminal,
  sentence,
  at,
  cut,
}: {
  terminal: Terminal;
  sentence: string;
  at: number;
  cut: boolean;
}) {
  const grant = useSnapshot((s) => s.grants.find((held) => held.grant.id === terminal.grantId)?.grant);
  const usable = useUsableGrant(terminal);
  return (
    <Band tone={cut ? 'bad' : 'quiet'}>
      <strong role="status" title={clockTime(at)}>
        {asSentence(sentence)}
      </strong>
      <span className={classes.actions}>
        <ConnectAgain terminal={terminal} label={words.connectAgain} />
        {usable === undefined && grant !== undefined && (
          <Button size="compact-sm" onClick={() => void send('window.showAsk', { requestId: grant.requestId })}>
            {words.askAgain}
          </Button>
        )}
        <Close terminal={terminal} />
      </span>
    </Band>
  );
}

function FailedBand({ terminal, message }: { terminal: Terminal; message: string }) {
  return (
    <Band tone="bad">
      <span role="alert">
        <strong>{words.failed(terminal.title)}</strong> {message}
      </span>
      <span className={classes.actions}>
        <ConnectAgain terminal={terminal} label={words.tryAgain} />
        <Close terminal={terminal} />
      </span>
    </Band>
  );
}

/** The access that opens this terminal again, if one of mine still does. */
function useUsableGrant(terminal: Terminal): Grant | undefined {
  const now = useNow();
  const held = useSnapshot((s) => s.grants);
  return grantFor(
    terminal,
    held.map(({ grant }) => grant),
    now,
  );
}

/** Opens it again in its place, while an access for it lives; what was drawn stays above. */
function ConnectAgain({ terminal, label }: { terminal: Terminal; label: string }) {
  const grant = useUsableGrant(terminal);
  const opening = useAct('terminal.open');
  if (grant === undefined) return null;
  const open = async () => {
    const result = await opening.run({ grantId: grant.id, replaces: terminal.id });
    if (!result.ok) return;
    chooseTerminal(terminal.id);
    drawnView(terminal.id)?.focus();
  };
  return (
    <>
      {opening.failure !== null && <span role="alert">{opening.failure.message}</span>}
      <Button size="compact-sm" loading={opening.busy} onClick={() => void open()}>
        {label}
      </Button>
    </>
  );
}

function Close({ terminal }: { terminal: Terminal }) {
  return (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={words.closeTab(terminal.title)}
      onClick={() => void send('terminal.close', { id: terminal.id })}
    >
      {words.close}
    </Button>
  );
}

function Band({ tone, over, children }: { tone: 'quiet' | 'bad'; over?: boolean; children: ReactNode }) {
  return (
    <div className={classes.band} data-tone={tone} data-over={over || undefined}>
      {children}
    </div>
  );
}

/** Main's words begin small and end open: "access ended 14:05: its time is over". */
function asSentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
