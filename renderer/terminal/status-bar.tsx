import { VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import type { Grant } from '../../protocol/model/grant.ts';
import { Countdown } from '../components/countdown.tsx';
import { Keys } from '../components/keys.tsx';
import { PlaceBadge } from '../components/labels.tsx';
import { LoginAt } from '../components/login-at.tsx';
import { useNow } from '../store/clock.ts';
import { useSnapshot } from '../store/snapshot.ts';
import { durationWords } from '../words/durations.ts';
import { clockTime } from '../words/moments.ts';
import { type Ending, endingOf } from './ending.ts';
import { ExtendPanel } from './extend-panel.tsx';
import { MoreTimeNews } from './more-time-news.tsx';
import { shortcutText } from './shortcuts.ts';
import classes from './status-bar.module.css';
import { useActiveTerminal } from './tab-store.ts';
import { drawnView } from './views.ts';
import { words } from './words.ts';

/** Where this terminal is, until when, and how to have it longer. In the last minutes it is the warning. */
export function StatusBar() {
  const active = useActiveTerminal();
  const grant = useSnapshot((s) => s.grants.find((held) => held.grant.id === active?.grantId)?.grant);
  const ending = endingOf(grant, useNow());
  const [asking, setAsking] = useState<string | null>(null);
  if (active === undefined) return null;
  const runs = active.status.state === 'open' || active.status.state === 'opening';
  const leave = () => {
    setAsking(null);
    drawnView(active.id)?.focus();
  };
  return (
    <footer className={classes.root} data-warmth={runs ? warmthOf(ending) : 'calm'}>
      <span className={classes.where}>
        {grant !== undefined && (
          <>
            <LoginAt login={grant.login} target={grant.target.name} />
            <PlaceBadge labels={grant.target.labels} />
            {grant.target.via === 'direct' && (
              <span className={classes.direct} title={words.directTitle}>
                {words.direct}
              </span>
            )}
          </>
        )}
        <span className={classes.ends}>
          <EndingWords ending={runs || ending.kind !== 'soon' ? ending : { ...ending, kind: 'live' }} grant={grant} />
        </span>
      </span>
      {grant !== undefined && runs && (
        <MoreTimeNews grant={grant} soon={ending.kind === 'soon'} onAsk={() => setAsking(grant.id)} />
      )}
      <Hints />
      {grant !== undefined && asking === grant.id && <ExtendPanel grant={grant} onLeave={leave} />}
      <VisuallyHidden role="status">{runs ? spoken(active.title, ending) : ''}</VisuallyHidden>
    </footer>
  );
}

function EndingWords({ ending, grant }: { ending: Ending; grant: Grant | undefined }) {
  switch (ending.kind) {
    case 'live':
      return words.untilText(clockTime(ending.until));
    case 'soon':
      return (
        <>
          {words.endsIn} <Countdown until={ending.until} suffix="" />.{' '}
          {grant !== undefined && grant.drainSeconds > 0
            ? words.willDrain(durationWords(grant.drainSeconds))
            : words.willCut}
        </>
      );
    case 'draining':
      return (
        <>
          {words.drains} <Countdown until={ending.until} suffix="" />.
        </>
      );
    case 'over':
      return words.over;
    default:
      return ending satisfies never;
  }
}

function Hints() {
  const platform = useSnapshot((s) => s.platform);
  const hints = [
    { key: shortcutText('copy', platform), does: words.copyHint },
    { key: shortcutText('paste', platform), does: words.pasteHint },
    { key: shortcutText('split-right', platform), does: words.splitHint },
    { key: shortcutText('tabs', platform), does: words.tabsHint },
  ];
  return (
    <span className={classes.hints}>
      {hints.map((hint) => (
        <span key={hint.does}>
          <Keys>{hint.key}</Keys> {hint.does}
        </span>
      ))}
    </span>
  );
}

function warmthOf(ending: Ending): 'calm' | 'quiet' | 'warm' | 'hot' {
  if (ending.kind === 'draining') return 'hot';
  if (ending.kind !== 'soon') return 'calm';
  return ({ 10: 'quiet', 5: 'warm', 1: 'hot' } as const)[ending.minutes];
}

/** Said once at each of the moments: the sentence changes only there. */
function spoken(title: string, ending: Ending): string {
  if (ending.kind === 'draining') return `${title}: ${words.over}`;
  if (ending.kind !== 'soon') return '';
  const minutes = ending.minutes === 1 ? 'one minute' : `${ending.minutes} minutes`;
  return `${title} ends in less than ${minutes}`;
}
