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
      <QuestionPage
        title={words.sameTitle}
        icon={IconBuilding}
        tone="accent"
        foot={<Home strong>{joining.signedIn ? words.goOn : words.goOnToSignIn}</Home>}
      >
        <p className={classes.text}>{words.same}</p>
        <HostToTrust address={address} name={joining.orgName} />
      </QuestionPage>
    );
  if (joining.kind === 'managed')
    return (
      <QuestionPage title={words.managedTitle} icon={IconBuilding} foot={<Home>{words.back}</Home>}>
        <p className={classes.text}>{words.managed}</p>
        <HostToTrust address={address} />
        <ManagedMark />
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
    <QuestionPage
      title={words.title}
      icon={IconLink}
      tone={cuts ? 'warm' : 'accent'}
      foot={
        <div className={classes.foot}>
          <FailureLine failure={choose.failure && { message: troubleInWords(choose.failure, words) }} />
          <p className={classes.looking} role="status">
            {choose.busy && words.looking}
          </p>
          <div className={classes.pair}>
            <Home>{words.stay}</Home>
            <Button size="sm" {...(cuts ? { color: 'red' } : {})} loading={choose.busy} onClick={() => void join()}>
              {joining.kind === 'leaves' ? words.leave : words.join}
            </Button>
          </div>
        </div>
      }
    >
      <p className={classes.text}>{words.asks}</p>
      <HostToTrust address={address} />
      <p className={classes.text}>{words.caution}</p>
      <Then joining={joining} />
    </QuestionPage>
  );
}

/** Has the focus first: what Enter does by itself is never what changes something. */
function Home({ strong = false, children }: { strong?: boolean; children: string }) {
  return (
    <Button fullWidth size="sm" autoFocus variant={strong ? 'filled' : 'default'} onClick={home}>
      {children}
    </Button>
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
  const said = [...lines.filter((line) => line !== false), words.signIn];
  if (said.length === 1) return <p className={classes.text}>{said}</p>;
  return (
    <div className={classes.then}>
      <h3 className={classes.thenTitle}>{words.after}</h3>
      <ul className={classes.thenList}>
        {said.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}
