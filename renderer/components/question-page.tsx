import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Page } from './page.tsx';
import classes from './question-page.module.css';
import type { Tone } from './tone.ts';

interface Props {
  title: string;
  icon: Icon;
  tone?: Tone;
  children: ReactNode;
  /** The answers, where they must be seen whatever else has to be scrolled to. */
  foot?: ReactNode;
}

/** One question over the whole page, with what hangs on it and the answers. */
export function QuestionPage({ title, icon: Sign, tone = 'quiet', children, foot }: Props) {
  return (
    <Page title={title} foot={foot} readOnly={foot !== undefined}>
      <div className={classes.root}>
        <span className={classes.icon} data-tone={tone} aria-hidden>
          <Sign size={24} stroke={1.6} />
        </span>
        <h2 className={classes.title}>{title}</h2>
        {children}
      </div>
    </Page>
  );
}
