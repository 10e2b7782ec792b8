import { IconMoodEmpty, IconSearchOff } from '@tabler/icons-react';
import { useEffect } from 'react';
import type { AccessibleTarget } from '../../../protocol/model/access.ts';
import type { Target } from '../../../protocol/model/target.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { PlaceBadge } from '../../components/labels.tsx';
import { Section } from '../../components/section.tsx';
import { otherLabels } from '../../words/labels.ts';
import { LIST_ID, openAsk, optionId } from './open-ask.ts';
import classes from './target-list.module.css';
import { words } from './words.ts';

interface Props {
  shown: readonly AccessibleTarget[];
  /** How many match in all. */
  found: number;
  query: string;
  active: number;
  onPoint(index: number): void;
}

/** Targets to ask for. Focus stays in the search field; the chosen one is drawn as such. */
export function TargetList({ shown, found, query, active, onPoint }: Props) {
  useEffect(() => {
    if (active > 0) document.getElementById(optionId(active))?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <Section title={words.ask} aside={found > 0 && <span className={classes.count}>{words.found(found)}</span>}>
      <div id={LIST_ID} role="listbox" aria-label={words.ask} className={classes.list}>
        {shown.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the search field holds the focus and its keys choose
          <div
            key={entry.target.name}
            id={optionId(index)}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            className={classes.option}
            onClick={() => openAsk(entry)}
            onPointerMove={() => index !== active && onPoint(index)}
          >
            <span className={classes.name}>{entry.target.name}</span>
            <PlaceBadge labels={entry.target.labels} />
            <span className={classes.description}>{subtitle(entry.target)}</span>
          </div>
        ))}
      </div>
      {found > shown.length && <p className={classes.more}>{words.more(found - shown.length)}</p>}
      {found === 0 &&
        (query.trim() === '' ? (
          <EmptyState icon={<IconMoodEmpty size={22} stroke={1.6} />} title={words.nothing}>
            {words.nothingText}
          </EmptyState>
        ) : (
          <EmptyState icon={<IconSearchOff size={22} stroke={1.6} />} title={words.noMatch(query.trim())}>
            {words.noMatchText}
          </EmptyState>
        ))}
    </Section>
  );
}

/** What a target is, then the labels that are no badge, in one line. */
function subtitle({ description, labels }: Target): string {
  return [description, ...otherLabels(labels)].filter(Boolean).join(' · ');
}
