import type { ReactNode } from 'react';
import { FailureLine } from '../../components/failure-line.tsx';
import { ManagedMark } from '../../components/managed-mark.tsx';
import classes from './row.module.css';

/** Rows that belong together. @param name above them, where a group of the settings has several */
export function Rows({ name, children }: { name?: string; children: ReactNode }) {
  return (
    <>
      {name !== undefined && <h3 className={classes.name}>{name}</h3>}
      <div className={classes.rows}>{children}</div>
    </>
  );
}

interface Props {
  label: string;
  /** Names the label for the control, where that is not a <label>. */
  labelId?: string;
  /** The control this labels. */
  htmlFor?: string;
  /** Says only that there is nothing. */
  quiet?: boolean;
  text?: ReactNode;
  textId?: string;
  /** The organisation has set it; the id for what the control is described by. */
  managedId?: string | undefined;
  failure?: { message: string } | null;
  /** What changes the setting, at the end of the line or below it where it does not fit. */
  control?: ReactNode;
  /** Below the line, over the whole width. */
  children?: ReactNode;
}

/** One setting: what it is to the left, what changes it to the right, what went wrong below. */
export function Row({
  label,
  labelId,
  htmlFor,
  quiet = false,
  text,
  textId,
  managedId,
  failure = null,
  control,
  children,
}: Props) {
  return (
    <div className={classes.row}>
      <div className={classes.line}>
        <div className={classes.about}>
          {htmlFor === undefined ? (
            <span id={labelId} className={quiet ? classes.text : undefined}>
              {label}
            </span>
          ) : (
            <label htmlFor={htmlFor}>{label}</label>
          )}
          {Boolean(text) && (
            <span id={textId} className={classes.text}>
              {text}
            </span>
          )}
          {managedId !== undefined && <ManagedMark id={managedId} />}
        </div>
        {Boolean(control) && <div className={classes.control}>{control}</div>}
      </div>
      {children}
      <FailureLine failure={failure} />
    </div>
  );
}
