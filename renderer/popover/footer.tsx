import { Keys } from '../components/keys.tsx';
import { useNavigation } from '../store/navigation.ts';
import { useSnapshot } from '../store/snapshot.ts';
import classes from './footer.module.css';
import { hintsFor } from './hints.ts';
import { useWaitingCount } from './use-waiting-count.ts';
import { words } from './words.ts';

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
