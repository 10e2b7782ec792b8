import { IconCheck, IconMoodEmpty, IconRouteOff, IconSearchOff, IconStar, IconStarFilled } from '@tabler/icons-react';
import { type ReactNode, useEffect } from 'react';
import type { AccessibleTarget } from '../../../protocol/model/access.ts';
import type { Target } from '../../../protocol/model/target.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { PlaceBadge } from '../../components/labels.tsx';
import { Section } from '../../components/section.tsx';
import { toggleFavourite, useFavourites } from '../../store/favourites.ts';
import { otherLabels } from '../../words/labels.ts';
import { mayJoin } from './chosen.ts';
import type { Group } from './groups.ts';
import { LIST_ID, optionId } from './open-ask.ts';
import classes from './target-list.module.css';
import { groupWords, words } from './words.ts';

interface Props {
  groups: readonly Group[];
  /** How many match in all. */
  found: number;
  query: string;
  active: number;
  /** Those picked for one ask; null while nobody picks several. */
  chosen: readonly AccessibleTarget[] | null;
  onPoint(index: number): void;
  onChoose(entry: AccessibleTarget): void;
  aside: ReactNode;
}

/** Targets to ask for. Focus stays in the search field; the chosen one is drawn as such. */
export function TargetList({ groups, found, query, active, chosen, onPoint, onChoose, aside }: Props) {
  const favourites = useFavourites();
  useEffect(() => {
    if (active > 0) document.getElementById(optionId(active))?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const shown = groups.flatMap((group) => group.entries);
  return (
    <Section title={words.ask} aside={aside}>
      <div
        id={LIST_ID}
        role="listbox"
        aria-label={words.ask}
        aria-multiselectable={chosen !== null || undefined}
        className={classes.list}
      >
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: a part of a listbox, where a fieldset may not stand
          <div key={group.name} role="group" aria-label={groupWords[group.name]} className={classes.group}>
            {groups.length > 1 && (
              <div className={classes.heading} aria-hidden>
                {groupWords[group.name]}
              </div>
            )}
            {group.entries.map((entry) => {
              const index = shown.indexOf(entry);
              const picked = chosen?.includes(entry) ?? false;
              const barred = chosen !== null && !mayJoin(entry, chosen);
              const favourite = favourites.includes(entry.target.name);
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the search field holds the focus and its keys choose
                <div
                  key={entry.target.name}
                  id={optionId(index)}
                  role="option"
                  tabIndex={-1}
                  aria-selected={chosen === null ? index === active : picked}
                  aria-disabled={barred || undefined}
                  data-active={index === active || undefined}
                  className={classes.option}
                  onClick={() => !barred && onChoose(entry)}
                  onPointerMove={() => index !== active && onPoint(index)}
                >
                  {chosen !== null && (
                    <span className={classes.box} data-picked={picked || undefined} aria-hidden>
                      {picked && <IconCheck size={12} stroke={3} />}
                    </span>
                  )}
                  <span className={classes.name}>{entry.target.name}</span>
                  <PlaceBadge labels={entry.target.labels} />
                  {chosen === null && <FavouriteMark target={entry.target} on={favourite} />}
                  <span className={classes.description}>
                    {barred ? words.noLoginInCommon : subtitle(entry.target)}
                    {entry.target.via === 'direct' && (
                      <span className={classes.direct}>
                        <IconRouteOff size={12} stroke={1.8} aria-hidden /> {words.direct}
                      </span>
                    )}
                  </span>
                </div>
              );
            })}
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

/** For the mouse. An option holds no button: the keyboard has Ctrl/Cmd-D and the star of the form. */
function FavouriteMark({ target, on }: { target: Target; on: boolean }) {
  const Icon = on ? IconStarFilled : IconStar;
  return (
    <span
      className={classes.star}
      data-on={on || undefined}
      aria-hidden
      onClick={(event) => {
        event.stopPropagation();
        toggleFavourite(target.name);
      }}
    >
      <Icon size={14} stroke={1.7} />
    </span>
  );
}

/** What a target is, then the labels that are no badge, in one line. */
function subtitle({ description, labels }: Target): string {
  return [description, ...otherLabels(labels)].filter(Boolean).join(' · ');
}
