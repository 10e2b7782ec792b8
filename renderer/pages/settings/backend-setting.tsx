import { Button } from '@mantine/core';
import { useState } from 'react';
import { BackendForm } from '../../components/backend-form.tsx';
import { useSnapshot } from '../../store/snapshot.ts';
import classes from './settings-page.module.css';
import { words } from './words.ts';

/** Where the org's backend is; changing it is a small form of its own, since it signs out. */
export function BackendSetting({ address }: { address: string }) {
  const orgName = useSnapshot((s) => s.orgName);
  const [changing, setChanging] = useState(false);
  return (
    <div className={classes.group}>
      {changing ? (
        <div className={classes.stacked}>
          <BackendForm
            label={words.address}
            placeholder={address}
            help={words.addressHelp}
            send={words.choose}
            missing={words.noAddress}
            initial={address}
            autoFocus
            onChosen={() => setChanging(false)}
          >
            <Button variant="default" onClick={() => setChanging(false)}>
              {words.back}
            </Button>
          </BackendForm>
        </div>
      ) : (
        <div className={classes.row}>
          <div className={classes.person}>
            <strong>{orgName}</strong>
            <span className={classes.text}>{address}</span>
          </div>
          <Button variant="default" onClick={() => setChanging(true)}>
            {words.change}
          </Button>
        </div>
      )}
    </div>
  );
}
