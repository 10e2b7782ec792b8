import { VisuallyHidden } from '@mantine/core';
import { IconBuilding } from '@tabler/icons-react';
import { managedWords } from '../words/managed.ts';
import classes from './managed-mark.module.css';

/** Says that the organisation has set this, and that nobody changes it here. @param id for the control it explains */
export function ManagedMark({ id }: { id?: string }) {
  return (
    <span id={id} className={classes.root} title={managedWords.hint}>
      <IconBuilding size={13} stroke={1.8} aria-hidden />
      {managedWords.mark}
      {/* What the mouse learns by resting on it. */}
      <VisuallyHidden>. {managedWords.hint}</VisuallyHidden>
    </span>
  );
}
