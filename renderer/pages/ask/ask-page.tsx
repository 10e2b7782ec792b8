import { ActionIcon, Button } from '@mantine/core';
import { IconArrowLeft, IconLock } from '@tabler/icons-react';
import { EmptyState } from '../../components/empty-state.tsx';
import { Page } from '../../components/page.tsx';
import { go } from '../../store/navigation.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { clearChosen } from '../access/chosen.ts';
import { AskForm } from './ask-form.tsx';
import { type Asking, entriesOf } from './drafts.ts';
import { targetsInWords } from './offer.ts';
import { words } from './words.ts';

/** The form for one target, for several, or for the change of a request. */
export function AskPage({ asking }: { asking: Asking }) {
  const access = useSnapshot((s) => s.access);
  const amended = useSnapshot((s) => s.requests.find((r) => r.id === asking.amends && r.state === 'pending')) ?? null;
  const entries = entriesOf(asking, access);
  const leave = (sent: boolean) => {
    if (sent && asking.others !== undefined) clearChosen();
    if (asking.amends === undefined) go({ page: 'access' });
    else go({ page: 'requests', requestId: asking.amends });
  };
  if (asking.amends !== undefined && amended === null)
    return <Gone title={words.requestGone} text={words.requestGoneText} onLeave={() => leave(false)} />;
  if (entries !== null) return <AskForm asking={asking} entries={entries} amended={amended} onLeave={leave} />;
  const known = new Set(access.map((entry) => entry.target.name));
  const missing = [asking.target, ...(asking.others ?? [])].filter((name) => !known.has(name));
  return <Gone title={words.gone} text={words.goneText(targetsInWords(missing))} onLeave={() => leave(false)} />;
}

function Gone({ title, text, onLeave }: { title: string; text: string; onLeave(): void }) {
  return (
    <Page
      title={title}
      head={
        <ActionIcon variant="subtle" color="gray" aria-label={words.back} onClick={onLeave}>
          <IconArrowLeft size={17} />
        </ActionIcon>
      }
    >
      <EmptyState icon={<IconLock size={22} stroke={1.6} />} title={title}>
        {text}
      </EmptyState>
      <div style={{ textAlign: 'center' }}>
        <Button variant="default" autoFocus onClick={onLeave}>
          {words.back}
        </Button>
      </div>
    </Page>
  );
}
