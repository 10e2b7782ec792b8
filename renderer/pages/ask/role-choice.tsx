import { useId } from 'react';
import type { AccessOption } from '../../../protocol/model/access.ts';
import { needsSentence } from '../../words/approvals.ts';
import { durationWords } from '../../words/durations.ts';
import classes from './ask-form.module.css';
import { words } from './words.ts';

interface Props {
  roles: readonly AccessOption[];
  value: string;
  error: string | undefined;
  onChange(role: string): void;
}

/** By which role, when several give the login: what each is for, how long, who approves. */
export function RoleChoice({ roles, value, error, onChange }: Props) {
  const id = useId();
  if (roles.length < 2) return null;
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>{words.role}</legend>
      <div className={classes.roles}>
        {roles.map((option) => (
          <label key={option.role} className={classes.role}>
            <input type="radio" name={id} checked={option.role === value} onChange={() => onChange(option.role)} />
            <span>
              <span className={classes.roleName}>{option.role}</span>
              {option.description !== '' && <span className={classes.roleText}>{option.description}</span>}
              <span className={classes.roleText}>
                Up to {durationWords(option.maxDurationSeconds)} · {needsSentence(option.needs)}
              </span>
            </span>
          </label>
        ))}
      </div>
      {error !== undefined && (
        <p className={classes.problem} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
