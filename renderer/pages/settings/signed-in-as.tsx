import { Button } from '@mantine/core';
import { useState } from 'react';
import { FailureLine } from '../../components/failure-line.tsx';
import { PersonName } from '../../components/person-name.tsx';
import { useAct } from '../../store/act.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import classes from './about.module.css';
import { words } from './words.ts';

/** Who is signed in, with which groups, and the way out. */
export function SignedInAs({ asking }: { asking: boolean }) {
  const signIn = useSnapshot((s) => s.signIn);
  const end = useAct('signIn.end');
  const [leaving, setLeaving] = useState(asking);
  if (signIn.state !== 'signed-in') return null;
  const { person } = signIn;
  return (
    <div className={classes.person}>
      <div className={classes.line}>
        <div className={classes.who}>
          <strong>
            <PersonName of={person} />
          </strong>
          <span className={classes.text}>{person.email}</span>
          {person.groups.length > 0 && <span className={classes.text}>{words.groupsOf(person.groups.join(', '))}</span>}
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
