import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { BackendForm } from '../../components/backend-form.tsx';
import { FailureLine } from '../../components/failure-line.tsx';
import { ManagedMark } from '../../components/managed-mark.tsx';
import { useAct } from '../../store/act.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { placeInWords } from '../../words/address.ts';
import classes from './sign-in-page.module.css';
import { words } from './words.ts';

/** Asks for the organisation's address the first time, then offers to sign in there. @param problem why the last sign-in ended */
export function SignedOut({ problem }: { problem: { message: string } | null }) {
  const address = useSnapshot((s) => s.settings.backendAddress);
  const enforced = useSnapshot((s) => s.managed.enforced.includes('backendAddress'));
  const [choosing, setChoosing] = useState(false);
  const leave = () => setChoosing(false);
  if (!enforced && (address === '' || choosing))
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: only takes Esc on its way up from the form
      <div
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || address === '') return;
          event.preventDefault();
          leave();
        }}
      >
        <BackendForm words={words.form} initial={address} autoFocus wide onChosen={leave}>
          {address !== '' && (
            <Button variant="subtle" color="gray" onClick={leave}>
              {words.back}
            </Button>
          )}
        </BackendForm>
      </div>
    );
  return (
    <Known address={address} problem={problem}>
      {enforced ? (
        <p className={classes.managed}>
          <ManagedMark />
        </p>
      ) : (
        <Button variant="subtle" color="gray" onClick={() => setChoosing(true)}>
          {words.other}
        </Button>
      )}
    </Known>
  );
}

interface KnownProps {
  address: string;
  problem: { message: string } | null;
  /** Below the button. */
  children: ReactNode;
}

function Known({ address, problem, children }: KnownProps) {
  const orgName = useSnapshot((s) => s.orgName);
  const start = useAct('signIn.start');
  const place = placeInWords(address);
  return (
    <>
      <p id="sign-in-org" className={classes.org}>
        {words.at} <strong>{orgName || place}</strong>
        {orgName !== '' && <span className={classes.address}>{place}</span>}
      </p>
      <FailureLine failure={start.failure ?? problem} />
      <Button
        size="sm"
        fullWidth
        autoFocus
        aria-describedby="sign-in-org"
        loading={start.busy}
        onClick={() => void start.run({})}
      >
        {words.signIn}
      </Button>
      {children}
    </>
  );
}
