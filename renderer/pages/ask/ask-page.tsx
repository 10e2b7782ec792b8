import { ActionIcon, Button } from '@mantine/core';
import { IconArrowLeft, IconLock } from '@tabler/icons-react';
import { EmptyState } from '../../components/empty-state.tsx';
import { Page } from '../../components/page.tsx';
import { go } from '../../store/navigation.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { AskForm } from './ask-form.tsx';
import { words } from './words.ts';

/** The form for one target. */
export function AskPage({ target }: { target: string }) {
  const entry = useSnapshot((s) => s.access.find((e) => e.target.name === target));
  const back = () => go({ page: 'access' });
  if (entry !== undefined) return <AskForm entry={entry} onLeave={back} />;
  return (
    <Page
      title={words.gone}
      head={
        <ActionIcon variant="subtle" color="gray" aria-label={words.back} onClick={back}>
          <IconArrowLeft size={17} />
        </ActionIcon>
      }
    >
      <EmptyState icon={<IconLock size={22} stroke={1.6} />} title={words.gone}>
        {words.goneText(target)}
      </EmptyState>
      <div style={{ textAlign: 'center' }}>
        <Button variant="default" autoFocus onClick={back}>
          {words.back}
        </Button>
      </div>
    </Page>
  );
}
