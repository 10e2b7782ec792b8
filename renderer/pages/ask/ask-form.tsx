import { Button, Checkbox, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { AccessibleTarget } from '../../../protocol/model/access.ts';
import { DurationField } from '../../components/duration-field.tsx';
import { FailureLine } from '../../components/failure-line.tsx';
import { Page } from '../../components/page.tsx';
import { useAct } from '../../store/act.ts';
import classes from './ask-form.module.css';
import { AskHead } from './ask-head.tsx';
import {
  checkDraft,
  type Draft,
  type DraftField,
  fieldOf,
  optionOf,
  rolesFor,
  withLogin,
  withOption,
} from './draft.ts';
import { forgetDraft, useDraft } from './drafts.ts';
import { LoginChoice } from './login-choice.tsx';
import { RoleChoice } from './role-choice.tsx';
import { WhoApproves } from './who-approves.tsx';
import { words } from './words.ts';

/** Target, login, role, how long, why. Ctrl/Cmd-Enter sends from any field. */
export function AskForm({ entry, onLeave }: { entry: AccessibleTarget; onLeave(): void }) {
  const [draft, keep] = useDraft(entry);
  const [tried, setTried] = useState(false);
  const create = useAct('requests.create');
  const form = useRef<HTMLFormElement>(null);
  const option = optionOf(entry, draft);
  const checked = checkDraft(draft, entry);
  const [choices] = useState(() => rolesFor(entry, draft.login).length > 1);
  const refusedField = create.failure === null ? undefined : fieldOf(create.failure);
  const problem = (field: DraftField): string | undefined => {
    if (tried && 'problems' in checked && checked.problems[field] !== undefined) return checked.problems[field];
    return refusedField === field ? create.failure?.message : undefined;
  };
  const change = (next: Draft) => {
    if (create.failure !== null) create.forget();
    keep(next);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (create.busy) return;
    setTried(true);
    if ('problems' in checked) {
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    const result = await create.run({ ask: checked.ask, openTerminal: draft.openTerminal });
    if (!result.ok) return;
    forgetDraft(entry.target.name);
    onLeave();
  };
  useEffect(() => {
    const first = form.current?.querySelector<HTMLElement>(choices ? 'fieldset input:checked' : 'textarea');
    first?.focus({ preventScroll: true });
  }, [choices]);
  return (
    <form
      ref={form}
      className={classes.form}
      noValidate
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit(event);
      }}
    >
      <Page
        title={words.title(entry.target.name)}
        head={<AskHead target={entry.target} onLeave={onLeave} />}
        foot={
          <div className={classes.foot}>
            <Checkbox
              label={words.openTerminal}
              checked={draft.openTerminal}
              onChange={(event) => change({ ...draft, openTerminal: event.currentTarget.checked })}
            />
            <Button type="submit" loading={create.busy}>
              {words.send}
            </Button>
          </div>
        }
      >
        <div className={classes.fields}>
          <LoginChoice
            entry={entry}
            value={draft.login}
            error={problem('login')}
            onChange={(login) => change(withLogin(draft, entry, login))}
          />
          <RoleChoice
            entry={entry}
            login={draft.login}
            value={option?.role ?? ''}
            error={problem('role')}
            onChange={(next) => change(withOption(draft, next))}
          />
          {option !== undefined && (
            <DurationField
              label={words.duration}
              value={draft.duration}
              maxSeconds={option.maxDurationSeconds}
              error={problem('duration')}
              onChange={(duration) => change({ ...draft, duration })}
            />
          )}
          <Textarea
            label={<FieldName name={words.reason} optional={option?.reason === 'optional'} />}
            withAsterisk={option?.reason === 'required'}
            aria-required={option?.reason === 'required'}
            placeholder={words.reasonPlaceholder}
            rows={3}
            maxLength={2000}
            value={draft.reason}
            error={problem('reason')}
            onChange={(event) => change({ ...draft, reason: event.currentTarget.value })}
          />
          {option !== undefined && option.ticket !== 'none' && (
            <TextInput
              label={<FieldName name={words.ticket} optional={option.ticket === 'optional'} />}
              withAsterisk={option.ticket === 'required'}
              aria-required={option.ticket === 'required'}
              placeholder={words.ticketPlaceholder}
              maxLength={200}
              value={draft.ticket}
              error={problem('ticket')}
              onChange={(event) => change({ ...draft, ticket: event.currentTarget.value })}
            />
          )}
          {option !== undefined && <WhoApproves entry={entry} draft={draft} option={option} />}
          {refusedField === undefined && <FailureLine failure={create.failure} />}
        </div>
      </Page>
    </form>
  );
}

function FieldName({ name, optional }: { name: string; optional: boolean }) {
  return (
    <>
      {name} {optional && <span className={classes.optional}>{words.optional}</span>}
    </>
  );
}
