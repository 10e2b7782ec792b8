import { Button } from '@mantine/core';
import { IconBuilding, IconLink } from '@tabler/icons-react';
import { FailureLine } from '../../components/failure-line.tsx';
import { ManagedMark } from '../../components/managed-mark.tsx';
import { QuestionPage } from '../../components/question-page.tsx';
import { useAct } from '../../store/act.ts';
import { useNow } from '../../store/clock.ts';
import { go } from '../../store/navigation.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { placeInWords, troubleInWords } from '../../words/address.ts';
import { HostToTrust } from './host-to-trust.tsx';
import classes from './join-page.module.css';
import { type Joining, joiningAt } from './joining.ts';
import { words } from './words.ts';

const home = () => go({ page: 'access' });

/** Asks whether to use the backend that a link named. Esc and Enter by itself leave everything as it is. */
export function JoinPage({ address }: { address: string }) {
  const snapshot = useSnapshot((s) => s);
  const joining = joiningAt(address, snapshot, useNow());
  if (joining.kind === 'same')
    return (
      <QuestionPage title={words.sameTitle} icon={IconBuilding} tone="accent">
        <p className={classes.text}>{words.same}</p>
        <HostToTrust address={address} name={joining.orgName} />
        <Button fullWidth size="sm" autoFocus className={classes.alone ?? ''} onClick={home}>
          {joining.signedIn ? words.goOn : words.goOnToSignIn}
        </Button>
      </QuestionPage>
    );
  if (joining.kind === 'managed')
    return (
      <QuestionPage title={words.managedTitle} icon={IconBuilding}>
        <p className={classes.text}>{words.managed}</p>
        <HostToTrust address={address} />
        <ManagedMark />
        <Button fullWidth size="sm" variant="default" autoFocus className={classes.alone ?? ''} onClick={home}>
          {words.stay}
        </Button>
      </QuestionPage>
    );
  return <Asked address={address} joining={joining} />;
}

interface AskedProps {
  address: string;
  joining: Extract<Joining, { kind: 'new' | 'leaves' }>;
}

function Asked({ address, joining }: AskedProps) {
  const choose = useAct('connection.choose');
  const join = async () => {
    const result = await choose.run({ address });
    if (result.ok) home();
  };
  const cuts = joining.kind === 'leaves' && joining.sessions > 0;
  return (
    <QuestionPage title={words.title} icon={IconLink} tone={cuts ? 'warm' : 'accent'}>
      <p className={classes.text}>{words.asks}</p>
      <HostToTrust address={address} />
      <p className={classes.text}>{words.caution}</p>
      <Then joining={joining} />
      <FailureLine failure={choose.failure && { message: troubleInWords(choose.failure) }} />
      <div className={classes.choices}>
        <Button
          fullWidth
          size="sm"
          {...(cuts ? { color: 'red' } : {})}
          loading={choose.busy}
          onClick={() => void join()}
        >
          {joining.kind === 'leaves' ? words.leave : words.join}
        </Button>
        {/* What Enter does by itself is never what changes something. */}
        <Button fullWidth size="sm" variant="default" autoFocus onClick={home}>
          {words.stay}
        </Button>
      </div>
      <p className={classes.looking} role="status">
        {choose.busy && words.looking}
      </p>
    </QuestionPage>
  );
}

function Then({ joining }: { joining: AskedProps['joining'] }) {
  const lines =
    joining.kind === 'new'
      ? [joining.instead !== '' && words.forgets(placeInWords(joining.instead))]
      : [
          words.leaves(joining.orgName || placeInWords(joining.address)),
          joining.grants > 0 && words.keys(joining.grants),
          joining.sessions > 0 && words.cuts(joining.sessions, joining.targets),
        ];
  return (
    <div className={classes.then}>
      <h3 className={classes.thenTitle}>{words.after}</h3>
      <ul className={classes.thenList}>
        {[...lines.filter((line) => line !== false), words.signIn].map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}
