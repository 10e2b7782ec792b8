import { ActionIcon } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import type { Target } from '../../../protocol/model/target.ts';
import { Labels } from '../../components/labels.tsx';
import classes from './ask-form.module.css';
import { words } from './words.ts';

/** Which target this is about, exactly, and the way back. */
export function AskHead({ target, onLeave }: { target: Target; onLeave(): void }) {
  return (
    <div className={classes.head}>
      <ActionIcon variant="subtle" color="gray" aria-label={words.back} onClick={onLeave}>
        <IconArrowLeft size={17} />
      </ActionIcon>
      <div className={classes.names}>
        <div className={classes.line}>
          <span className={classes.name}>{target.name}</span>
          <Labels labels={target.labels} />
        </div>
        {target.description !== '' && <span className={classes.about}>{target.description}</span>}
      </div>
    </div>
  );
}
