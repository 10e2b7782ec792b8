import { Button } from '@mantine/core';
import { FailureLine } from '../../components/failure-line.tsx';
import { useAct } from '../../store/act.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { words } from './words.ts';

/** Which version there is, and what can be done about it. */
export function Updates() {
  const update = useSnapshot((s) => s.update);
  const check = useAct('updates.check');
  const install = useAct('updates.install');
  const act = update.state === 'ready' ? install : check;
  return (
    <>
      {update.state === 'off' && <p>{update.why}</p>}
      <FailureLine failure={act.failure ?? (update.state === 'failed' ? update.problem : null)} />
      <Button variant="default" loading={act.busy || update.state === 'checking'} onClick={() => void act.run({})}>
        {update.state === 'ready' ? words.updates.restart : words.updates.check}
      </Button>
    </>
  );
}
