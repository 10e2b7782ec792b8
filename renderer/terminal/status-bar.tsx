import { VisuallyHidden } from '@mantine/core';
import { isLiveInApp } from '../../protocol/model/grant.ts';
import { Countdown } from '../components/countdown.tsx';
import { Keys } from '../components/keys.tsx';
import { PlaceBadge } from '../components/labels.tsx';
import { LoginAt } from '../components/login-at.tsx';
import { useNow } from '../store/clock.ts';
import { useSnapshot } from '../store/snapshot.ts';
import { countdown, spokenWarning, WARM_MS } from '../words/countdown.ts';
import { clockTime } from '../words/moments.ts';
import { useActiveTab } from './active-tab.ts';
import { shortcutText } from './shortcuts.ts';
import classes from './status-bar.module.css';
import { words } from './words.ts';

/** Where this terminal is, until when, and the few keys that are ours. In the last minutes it is the warning. */
export function StatusBar() {
  const active = useActiveTab();
  const platform = useSnapshot((s) => s.platform);
  const grant = useSnapshot((s) => s.grants.find((held) => held.grant.id === active?.grantId)?.grant);
  const now = useNow();
  if (active === undefined) return null;
  const hints = [
    { key: shortcutText('C', platform), does: words.copyHint },
    { key: shortcutText('V', platform), does: words.pasteHint },
    { key: shortcutText('T', platform), does: words.newHint },
    { key: 'Ctrl+F6', does: words.tabsHint },
  ];
  const left = active.endsAt - now;
  const live = grant !== undefined && isLiveInApp(grant, now);
  const ending = active.status.state === 'open' && left < WARM_MS;
  return (
    <footer className={classes.root} data-warmth={ending ? countdown(left).warmth : 'calm'}>
      <span className={classes.where}>
        {grant !== undefined && (
          <>
            <LoginAt login={grant.login} target={grant.target.name} />
            <PlaceBadge labels={grant.target.labels} />
          </>
        )}
        {ending ? (
          <span>
            {words.endsIn} <Countdown until={active.endsAt} suffix="" />. {words.willCut}
          </span>
        ) : (
          <span>{live ? words.untilText(clockTime(active.endsAt)) : words.over}</span>
        )}
      </span>
      <span className={classes.hints}>
        {hints.map((hint) => (
          <span key={hint.does} className={classes.hint}>
            <Keys>{hint.key}</Keys> {hint.does}
          </span>
        ))}
      </span>
      <VisuallyHidden role="status">{ending ? `${active.title} ${spokenWarning(left)}` : ''}</VisuallyHidden>
    </footer>
  );
}
