import { NativeSelect, SegmentedControl } from '@mantine/core';
import { useId } from 'react';
import classes from './ask-form.module.css';
import { words } from './words.ts';

/** As many letters as fit side by side in the narrowest window. */
const SIDE_BY_SIDE = 34;

interface Props {
  logins: readonly string[];
  value: string;
  error: string | undefined;
  onChange(login: string): void;
}

/** The account on the target: said when there is one only, side by side when they fit, else a list. */
export function LoginChoice({ logins, value, error, onChange }: Props) {
  const id = useId();
  if (logins.length > 4 || logins.join('   ').length > SIDE_BY_SIDE) {
    return (
      <NativeSelect
        label={words.login}
        data={[...logins]}
        value={value}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return (
    <div>
      <div id={id} className={classes.legend}>
        {words.login} {logins.length === 1 && <span className={classes.only}>{logins[0]}</span>}
      </div>
      {logins.length > 1 && (
        <SegmentedControl aria-labelledby={id} fullWidth data={[...logins]} value={value} onChange={onChange} />
      )}
      {error !== undefined && (
        <p className={classes.problem} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
