import { ActionIcon } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import type { Target } from '../../../protocol/model/target.ts';
import { Labels, PlaceBadge } from '../../components/labels.tsx';
import { Star } from '../../components/star.tsx';
import { toggleFavourite, useFavourites } from '../../store/favourites.ts';
import classes from './ask-form.module.css';
import { words } from './words.ts';

/** Which targets this is about, exactly, and the way back. */
export function AskHead({ targets, onLeave }: { targets: readonly Target[]; onLeave(): void }) {
  const favourites = useFavourites();
  const [only] = targets;
  return (
    <div className={classes.head}>
      <ActionIcon variant="subtle" color="gray" aria-label={words.back} onClick={onLeave}>
        <IconArrowLeft size={17} />
      </ActionIcon>
      {targets.length === 1 && only !== undefined ? (
        <>
          <div className={classes.names}>
            <div className={classes.line}>
              <span className={classes.name}>{only.name}</span>
              <Labels labels={only.labels} />
            </div>
            {only.description !== '' && <span className={classes.about}>{only.description}</span>}
          </div>
          <Star
            label={words.favourite(only.name)}
            on={favourites.includes(only.name)}
            onToggle={() => toggleFavourite(only.name)}
          />
        </>
      ) : (
        <ul className={classes.several}>
          {targets.map((target) => (
            <li key={target.name}>
              <span className={classes.severalName}>{target.name}</span> <PlaceBadge labels={target.labels} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
