import { Button } from '@mantine/core';
import { useState } from 'react';
import { FailureLine } from '../../components/failure-line.tsx';
import { useAct } from '../../store/act.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import classes from './settings-page.module.css';
import { words } from './words.ts';

/** Who is signed in, with which groups, and the way out. */
export function SignedInAs() {
  const signIn = useSnapshot((s) => s.signIn);
  const end = useAct('signIn.end');
  const [leaving, setLeaving] = useState(false);
  if (signIn.state !== 'signed-in') return null;
  const { person } = signIn;
  return (
    <div className={classes.group}>
      <div className={classes.row}>
        <div className={classes.person}>
          <strong>{person.name}</strong>
          <span className={classes.text}>{person.email}</span>
          {person.groups.length > 0 && <span className={classes.text}>{words.groups(person.groups.join(', '))}</span>}
        </div>
        {!leaving && (
          <Button variant="default" onClick={() => setLeaving(true)}>
            {words.signOut}
          </Button>
        )}
      </div>
      {leaving && (
        // biome-ignore lint/a11y/noStaticElementInteractions: only takes Esc on its way up from the buttons
        <div
          className={classes.leaving}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.preventDefault();
            setLeaving(false);
          }}
        >
          <p role="status">{words.signOutAsk}</p>
          <FailureLine failure={end.failure} />
          <div className={classes.pair}>
            <Button color="red" autoFocus loading={end.busy} onClick={() => void end.run({})}>
              {words.signOut}
            </Button>
            <Button variant="default" onClick={() => setLeaving(false)}>
              {words.keep}
            </Button>
          </div>
        </div>
      )}
      {signIn.keptBy === 'memory' && <p className={classes.notice}>{words.memory}</p>}
    </div>
  );
}
