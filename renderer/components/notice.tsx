import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './notice.module.css';
import type { Tone } from './tone.ts';

/** Something to know before going on, set apart from what can be changed. */
export function Notice({ icon: Sign, tone = 'quiet', children }: { icon: Icon; tone?: Tone; children: ReactNode }) {
  return (
    <div className={classes.root} data-tone={tone}>
      <Sign size={16} stroke={1.7} aria-hidden />
      <div>{children}</div>
    </div>
  );
}
