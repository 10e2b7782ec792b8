import { Button } from '@mantine/core';
import { useState } from 'react';
import { BackendForm } from '../../components/backend-form.tsx';
import { FailureLine } from '../../components/failure-line.tsx';
import { Mark } from '../../components/mark.tsx';
import { ConnectionBanner } from '../../popover/connection-banner.tsx';
import { useAct } from '../../store/act.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import classes from './sign-in-page.module.css';
import { SigningIn } from './signing-in.tsx';
import { words } from './words.ts';

/** Before sign-in: which backend, then the browser. */
export function SignInPage() {
  const signIn = useSnapshot((s) => s.signIn);
  const orgName = useSnapshot((s) => s.orgName);
  const address = useSnapshot((s) => s.settings.backendAddress);
  const [choosing, setChoosing] = useState(false);
  return (
    <div className={classes.frame}>
      <ConnectionBanner />
      <main className={classes.page} aria-labelledby="product">
        <div className={classes.intro}>
          <Mark size={52} />
          <h1 id="product" className={classes.product}>
            {words.product}
          </h1>
          <p className={classes.what}>{words.what}</p>
        </div>
        <div className={classes.task}>
          {signIn.state === 'signing-in' ? (
            <SigningIn url={signIn.url} />
          ) : address === '' || choosing ? (
            <BackendForm
              label={words.address}
              placeholder={words.addressPlaceholder}
              help={words.addressHelp}
              send={words.go}
              missing={words.noAddress}
              initial={address}
              autoFocus
              onChosen={() => setChoosing(false)}
            >
              {address !== '' && (
                <Button variant="default" onClick={() => setChoosing(false)}>
                  {words.back}
                </Button>
              )}
            </BackendForm>
          ) : (
            <SignedOut
              orgName={orgName}
              address={address}
              problem={signIn.state === 'signed-out' ? signIn.problem : null}
              onOther={() => setChoosing(true)}
            />
          )}
        </div>
      </main>
    </div>
  );
}

function SignedOut({
  orgName,
  address,
  problem,
  onOther,
}: {
  orgName: string;
  address: string;
  problem: { message: string } | null;
  onOther(): void;
}) {
  const start = useAct('signIn.start');
  return (
    <>
      <p className={classes.org}>
        {words.at} <strong>{orgName || address}</strong>
        {orgName !== '' && <span className={classes.address}>{address}</span>}
      </p>
      <FailureLine failure={start.failure ?? problem} />
      <Button size="sm" fullWidth autoFocus loading={start.busy} onClick={() => void start.run({})}>
        {words.signIn}
      </Button>
      <Button variant="subtle" color="gray" onClick={onOther}>
        {words.other}
      </Button>
    </>
  );
}
