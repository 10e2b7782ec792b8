import { Button } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { useAct } from '../store/act.ts';
import { useSnapshot } from '../store/snapshot.ts';
import { clockTime } from '../words/moments.ts';
import classes from './connection-banner.module.css';
import { words } from './words.ts';

/** Says so when the backend can't be heard, and offers to try again. A first connecting shows in the footer only. */
export function ConnectionBanner() {
  const connection = useSnapshot((s) => s.connection);
  const retry = useAct('connection.retry');
  if (connection.state !== 'offline') return null;
  return (
    <div className={classes.root} role="status">
      <IconCloudOff size={17} stroke={1.7} aria-hidden />
      <p className={classes.text}>
        <strong>{words.offlineSince(clockTime(connection.since))}</strong> {connection.problem.message}
      </p>
      <Button size="compact-sm" variant="default" loading={retry.busy} onClick={() => void retry.run({})}>
        {words.retry}
      </Button>
    </div>
  );
}
