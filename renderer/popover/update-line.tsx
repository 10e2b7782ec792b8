import { Button, CloseButton } from '@mantine/core';
import { create } from 'zustand';
import { FailureLine } from '../components/failure-line.tsx';
import { useAct } from '../store/act.ts';
import { useSnapshot } from '../store/snapshot.ts';
import classes from './update-line.module.css';
import { words } from './words.ts';

/** Versions that were put off: they are said again by the next window, and always stand in the settings. */
const useLater = create<{ versions: readonly string[] }>(() => ({ versions: [] }));

/** Says quietly that a newer version waits for a restart. Main asks first when sessions are open. */
export function UpdateLine() {
  const update = useSnapshot((s) => s.update);
  const later = useLater((s) => s.versions);
  const install = useAct('updates.install');
  if (update.state !== 'ready' || later.includes(update.version)) return null;
  const { version } = update;
  return (
    <aside className={classes.root} aria-label={words.updateName}>
      <p className={classes.text} role="status">
        {words.updateReady(version)}
      </p>
      <Button size="compact-sm" variant="default" loading={install.busy} onClick={() => void install.run({})}>
        {words.restart}
      </Button>
      <CloseButton
        size="sm"
        aria-label={words.updateLater}
        title={words.updateLater}
        onClick={() => useLater.setState({ versions: [...later, version] })}
      />
      {install.failure !== null && (
        <div className={classes.failure}>
          <FailureLine failure={install.failure} />
        </div>
      )}
    </aside>
  );
}
