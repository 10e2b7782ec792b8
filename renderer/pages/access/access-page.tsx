import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { AccessibleTarget } from '../../../protocol/model/access.ts';
import card from '../../components/card.module.css';
import { Page } from '../../components/page.tsx';
import { toggleFavourite, useFavourites } from '../../store/favourites.ts';
import { useNavigation } from '../../store/navigation.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { inARow } from '../../words/approvals.ts';
import { loginsOf } from '../ask/offer.ts';
import { beginChoosing, chosenOf, clearChosen, mayJoin, toggleChosen, useChosen } from './chosen.ts';
import { groupTargets, recentTargets } from './groups.ts';
import { Mine } from './mine.tsx';
import { openAsk } from './open-ask.ts';
import { SearchField } from './search-field.tsx';
import classes from './target-list.module.css';
import { TargetList } from './target-list.tsx';
import { Templates } from './templates.tsx';
import { words } from './words.ts';

/** What I have, what I wait for, and what I may ask for. Typing anywhere here searches. */
export function AccessPage() {
  const access = useSnapshot((s) => s.access);
  const requests = useSnapshot((s) => s.requests);
  const favourites = useFavourites();
  const led = useNavigation((s) => (s.route.page === 'access' ? s.route.grant : undefined));
  const names = useChosen((s) => s.names);
  const [query, setQuery] = useState('');
  const [pointed, setPointed] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const chosen = names === null ? null : chosenOf(names, access);
  const { groups, found } = groupTargets(access, { query, favourites, recent: recentTargets(requests) });
  const shown = groups.flatMap((group) => group.entries);
  const active = Math.min(pointed, Math.max(shown.length - 1, 0));
  const search = (text: string) => {
    setQuery(text);
    setPointed(0);
  };
  const choose = (entry: AccessibleTarget | undefined) => {
    if (entry === undefined) return;
    if (chosen === null) openAsk(entry);
    else if (mayJoin(entry, chosen)) toggleChosen(entry.target.name);
  };
  const askForChosen = () => {
    const [first, ...others] = chosen ?? [];
    if (first !== undefined && others.length > 0) openAsk(first, others);
  };
  useEffect(() => {
    if (led === undefined) input.current?.focus({ preventScroll: true });
  }, [led]);
  return (
    <Page
      title={words.title}
      head={
        access.length > 0 && (
          <SearchField
            ref={input}
            value={query}
            onChange={search}
            onMove={(step) => setPointed(Math.max(0, Math.min(shown.length - 1, active + step)))}
            onChoose={(all) => (all ? askForChosen() : choose(shown[active]))}
            onFavourite={() => toggleFavourite(shown[active]?.target.name ?? '')}
            onLeave={chosen === null ? null : clearChosen}
            active={found > 0 ? active : null}
          />
        )
      }
      foot={chosen !== null && <ChosenFoot chosen={chosen} onAsk={askForChosen} />}
    >
      {query.trim() === '' && chosen === null && <Mine led={led} />}
      {chosen === null && <Templates query={query} />}
      <TargetList
        {...{ groups, found, query, active, chosen }}
        onPoint={setPointed}
        onChoose={choose}
        aside={
          found > 0 && (
            <span className={classes.aside}>
              {chosen === null && access.length > 1 && (
                <button type="button" className={card.link} onClick={beginChoosing}>
                  {words.several}
                </button>
              )}
              {words.found(found)}
            </span>
          )
        }
      />
    </Page>
  );
}

function ChosenFoot({ chosen, onAsk }: { chosen: readonly AccessibleTarget[]; onAsk(): void }) {
  return (
    <div className={classes.foot}>
      <p className={classes.says} role="status">
        {words.severalHint(chosen.length)}
        {chosen.length > 1 && <> · {words.severalLogins(inARow(loginsOf(chosen)))}</>}
      </p>
      <div className={card.buttons}>
        <Button variant="default" onClick={clearChosen}>
          {words.cancel}
        </Button>
        <Button disabled={chosen.length < 2} onClick={onAsk}>
          {words.severalAsk(chosen.length)}
        </Button>
      </div>
    </div>
  );
}
