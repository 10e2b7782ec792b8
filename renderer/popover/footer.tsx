import { IconBellOff } from '@tabler/icons-react';
import { Keys } from '../components/keys.tsx';
import { isQuiet } from '../pages/settings/quiet-time.ts';
import { useComputerNow } from '../store/clock.ts';
import { go, useNavigation } from '../store/navigation.ts';
import { useSnapshot } from '../store/snapshot.ts';
import { dayAndTime } from '../words/moments.ts';
import classes from './footer.module.css';
import { hintsFor } from './hints.ts';
import { useWaitingCount } from './use-waiting-count.ts';
import { words } from './words.ts';

/** Says that notifications are held back, and leads to where that is changed. */
function QuietSign() {
  const until = useSnapshot((s) => s.settings.doNotDisturbUntil);
  const now = useComputerNow();
  if (!isQuiet(until, now)) return null;
  const sentence = words.quiet(dayAndTime(until, now));
  return (
    <button
      type="button"
      className={classes.quiet}
      title={sentence}
      aria-label={sentence}
      onClick={() => go({ page: 'settings', group: 'notifications' })}
    >
      <IconBellOff size={14} stroke={1.8} aria-hidden />
    </button>
  );
}

/** Whose access this is, whether the backend is heard, and the few keys of this page. */
export function Footer() {
  const orgName = useSnapshot((s) => s.orgName);
  const connection = useSnapshot((s) => s.connection.state);
  const platform = useSnapshot((s) => s.platform);
  const page = useNavigation((s) => s.route.page);
  const waiting = useWaitingCount();
  const state = connection === 'idle' ? 'connecting' : connection;
  return (
    <footer className={classes.root}>
      <span className={classes.org}>
        <span className={classes.dot} data-state={state} aria-hidden />
        <span className={classes.name}>{orgName}</span>
        <span>{words[state]}</span>
        <QuietSign />
      </span>
      <span className={classes.hints}>
        {hintsFor(page, platform, waiting).map((hint) => (
          <span key={hint.does} className={classes.hint}>
            {hint.keys.map((key) => (
              <Keys key={key}>{key}</Keys>
            ))}
            {hint.does}
          </span>
        ))}
      </span>
    </footer>
  );
}
