import { useEffect, useRef, useState } from 'react';
import { Page } from '../../components/page.tsx';
import { useSnapshot } from '../../store/snapshot.ts';
import { filterTargets, MOST_SHOWN } from './filter.ts';
import { Mine } from './mine.tsx';
import { openAsk } from './open-ask.ts';
import { SearchField } from './search-field.tsx';
import { TargetList } from './target-list.tsx';
import { words } from './words.ts';

/** What I have, what I wait for, and what I may ask for. Typing anywhere here searches. */
export function AccessPage() {
  const access = useSnapshot((s) => s.access);
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const found = filterTargets(access, query);
  const shown = found.slice(0, MOST_SHOWN);
  const active = Math.min(chosen, Math.max(shown.length - 1, 0));
  const search = (text: string) => {
    setQuery(text);
    setChosen(0);
  };
  useEffect(() => {
    input.current?.focus({ preventScroll: true });
  }, []);
  return (
    <Page
      title={words.title}
      head={
        access.length > 0 && (
          <SearchField
            ref={input}
            value={query}
            onChange={search}
            onMove={(step) => setChosen(Math.max(0, Math.min(shown.length - 1, active + step)))}
            onChoose={() => {
              const entry = shown[active];
              if (entry !== undefined) openAsk(entry);
            }}
            active={found.length > 0 ? active : null}
          />
        )
      }
    >
      {query.trim() === '' && <Mine />}
      <TargetList shown={shown} found={found.length} query={query} active={active} onPoint={setChosen} />
    </Page>
  );
}
