import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

/** A page with nothing on it, saying what will be here. */
export function EmptyState({ icon, title, children }: { icon: ReactNode; title: string; children?: ReactNode }) {
  return (
    <div className={classes.root}>
      <span className={classes.icon} aria-hidden>
        {icon}
      </span>
      <p className={classes.title}>{title}</p>
      {children !== undefined && <p className={classes.text}>{children}</p>}
    </div>
  );
}
