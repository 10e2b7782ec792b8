import { Button } from '@mantine/core';
import { useState } from 'react';
import { BackendForm } from '../../components/backend-form.tsx';
import { useSnapshot } from '../../store/snapshot.ts';
import { placeInWords } from '../../words/address.ts';
import { LockedRow } from './locked-row.tsx';
import { Row } from './row.tsx';
import { useManaged } from './use-setting.ts';
import { words } from './words.ts';

/** Where the org's backend is; changing it is a small form of its own, since it signs out. */
export function BackendSetting() {
  const address = useSnapshot((s) => s.settings.backendAddress);
  const managed = useManaged('backendAddress');
  const [changing, setChanging] = useState(false);
  if (managed) return <LockedRow label={words.backend} value={placeInWords(address)} wide />;
  if (!changing)
    return (
      <Row
        label={words.backend}
        text={placeInWords(address)}
        control={
          <Button variant="default" onClick={() => setChanging(true)}>
            {words.change}
          </Button>
        }
      />
    );
  return (
    <Row label={words.backend}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: only takes Esc on its way up from the form */}
      <div
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          setChanging(false);
        }}
      >
        <BackendForm words={words.backendForm} initial={address} autoFocus onChosen={() => setChanging(false)}>
          <Button variant="default" onClick={() => setChanging(false)}>
            {words.back}
          </Button>
        </BackendForm>
      </div>
    </Row>
  );
}
