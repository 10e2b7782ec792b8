import { type ReactNode, useId } from 'react';
import classes from './locked-row.module.css';
import { Row } from './row.tsx';

interface Props {
  label: string;
  text?: string | undefined;
  /** In words, as the control would show it. */
  value: string;
  /** Below the label, where the value may be long. */
  wide?: boolean;
  failure?: { message: string } | null;
  children?: ReactNode;
}

/**
 * A setting that the organisation has set: what it is set to, and that nobody changes it here. A field that is only
 * read, rather than a control that is switched off: the keyboard comes by, and a screen reader says value and reason.
 */
export function LockedRow({ label, text, value, wide = false, failure = null, children }: Props) {
  const id = useId();
  const managedId = `${id}-managed`;
  const textId = text === undefined ? undefined : `${id}-text`;
  const field = wide ? (
    // A long value breaks in its place.
    <textarea id={id} className={classes.wide} rows={1} readOnly value={value} aria-describedby={managedId} />
  ) : (
    <input
      id={id}
      className={classes.value}
      readOnly
      value={value}
      aria-describedby={textId === undefined ? managedId : `${textId} ${managedId}`}
    />
  );
  return (
    <Row
      label={label}
      htmlFor={id}
      text={wide ? field : text}
      {...(textId === undefined ? {} : { textId })}
      managedId={managedId}
      failure={failure}
      control={!wide && field}
    >
      {children}
    </Row>
  );
}
