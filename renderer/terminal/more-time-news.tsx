import { Button } from '@mantine/core';
import type { Grant } from '../../protocol/model/grant.ts';
import { useAct } from '../store/act.ts';
import { useNow } from '../store/clock.ts';
import { useSnapshot } from '../store/snapshot.ts';
import { waitsSentence } from '../words/approvals.ts';
import { clockTime } from '../words/moments.ts';
import { endingOf, moreTimeOf } from './ending.ts';
import classes from './status-bar.module.css';
import { words } from './words.ts';

/** Whether more time can be asked for, is waited for, or what became of it. @param soon the end is near */
export function MoreTimeNews({ grant, soon, onAsk }: { grant: Grant; soon: boolean; onAsk: () => void }) {
  const now = useNow();
  const requests = useSnapshot((s) => s.requests);
  const cancel = useAct('requests.cancel');
  const news = moreTimeOf(requests, grant.id, now);
  const kind = endingOf(grant, now).kind;
  const mayAsk = grant.extension !== null && (kind === 'live' || kind === 'soon');
  const ask = (label: string) =>
    mayAsk && (
      <Button size="compact-xs" variant={soon ? 'filled' : 'default'} onClick={onAsk}>
        {label}
      </Button>
    );
  switch (news?.kind) {
    case undefined:
      return <span className={classes.news}>{ask(words.extend)}</span>;
    case 'waiting':
      return (
        <span className={classes.news}>
          <span role="status">{words.waiting(waitsSentence(news.request.needs))}</span>
          <Button
            size="compact-xs"
            variant="default"
            loading={cancel.busy}
            onClick={() => void cancel.run({ id: news.request.id })}
          >
            {words.takeBack}
          </Button>
        </span>
      );
    case 'given':
      return (
        <span className={classes.news}>
          <span role="status">{words.extended(clockTime(grant.endsAt))}</span>
          {ask(words.extend)}
        </span>
      );
    case 'refused':
      return (
        <span className={classes.news}>
          <span role="status" title={news.how}>
            {words.notExtended(news.how)}
          </span>
          {ask(words.askLonger)}
        </span>
      );
    default:
      return news satisfies never;
  }
}
