import { VisuallyHidden } from '@mantine/core';
import { type ReactNode, type Ref, useId } from 'react';
import classes from './page.module.css';

interface Props {
  /** Read by screen readers; what the eye sees is the tab. */
  title: string;
  children: ReactNode;
  /** Stays above the scrolling part. */
  head?: ReactNode;
  /** Stays below the scrolling part. */
  foot?: ReactNode;
  scrollRef?: Ref<HTMLDivElement>;
  /** Nothing in the part that scrolls takes the focus, so that part does: it is read by keyboard too. */
  readOnly?: boolean;
}

/** One page: a name, a part that scrolls, and what stays above and below it. */
export function Page({ title, children, head, foot, scrollRef, readOnly = false }: Props) {
  const id = useId();
  return (
    <main className={classes.root} aria-labelledby={id}>
      <VisuallyHidden id={id} component="h1">
        {title}
      </VisuallyHidden>
      {Boolean(head) && <div className={classes.head}>{head}</div>}
      <div className={classes.scroll} ref={scrollRef} {...(readOnly ? { tabIndex: 0 } : {})}>
        {children}
      </div>
      {Boolean(foot) && <div className={classes.foot}>{foot}</div>}
    </main>
  );
}
