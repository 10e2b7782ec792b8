import { Button } from '@mantine/core';
import { FailureLine } from '../../components/failure-line.tsx';
import { Page } from '../../components/page.tsx';
import { useAct } from '../../store/act.ts';
import { go } from '../../store/navigation.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { words } from './words.ts';

/** Asks whether to use the backend that a link named. Main checks that one answers there before it is remembered. */
export function JoinPage({ address }: { address: string }) {
  const signedIn = useSnapshot((s) => s.signIn.state === 'signed-in');
  const choose = useAct('connection.choose');
  const join = async () => {
    const result = await choose.run({ address });
    if (result.ok) go({ page: 'access' });
  };
  return (
    <Page title={words.title}>
      <p>
        {words.asks} <strong>{address}</strong>
      </p>
      <p>{signedIn ? words.leaves : words.caution}</p>
      <FailureLine failure={choose.failure} />
      <Button loading={choose.busy} onClick={() => void join()}>
        {words.join}
      </Button>
      {/* What Enter does by itself is never what changes something. */}
      <Button variant="default" autoFocus onClick={() => go({ page: 'access' })}>
        {words.stay}
      </Button>
    </Page>
  );
}
