import { Button, Checkbox, Textarea, TextInput } from '@mantine/core';
import { IconLink, IconPencil, IconRouteOff } from '@tabler/icons-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { AccessibleTarget } from '../../../protocol/model/access.ts';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import { DurationField } from '../../components/duration-field.tsx';
import { FailureLine } from '../../components/failure-line.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { useNow } from '../../store/clock.ts';
import { parseDuration } from '../../words/durations.ts';
import classes from './ask-form.module.css';
import { AskHead } from './ask-head.tsx';
import { checkDraft, type Draft, type DraftField, fieldOf, withLogin, withRole } from './draft.ts';
import { type Asking, forgetDraft, useDraft } from './drafts.ts';
import { LoginChoice } from './login-choice.tsx';
import { loginsOf, offerOf, rolesFor, targetsInWords } from './offer.ts';
import { RoleChoice } from './role-choice.tsx';
import { SaveTemplate } from './save-template.tsx';
import { StartChoice } from './start-choice.tsx';
import { useSending } from './use-sending.ts';
import { WhoApproves } from './who-approves.tsx';
import { words } from './words.ts';

interface Props {
  asking: Asking;
  entries: readonly AccessibleTarget[];
  /** The request that is changed; null when this is a new one. */
  amended: AccessRequest | null;
  onLeave(sent: boolean): void;
}

/** Targets, login, role, how long, why, when. Ctrl/Cmd-Enter sends from any field. */
export function AskForm({ asking, entries, amended, onLeave }: Props) {
  const now = useNow();
  const [draft, keep] = useDraft(asking, entries);
  const [tried, setTried] = useState(false);
  const sending = useSending(asking);
  const form = useRef<HTMLFormElement>(null);
  const offer = offerOf(entries, draft);
  const checked = checkDraft(draft, entries, now);
  const names = entries.map((entry) => entry.target.name);
  const direct = entries.filter((entry) => entry.target.via === 'direct').map((entry) => entry.target.name);
  const [choices] = useState(() => rolesFor(entries, draft.login).length > 1);
  const refusedField = sending.failure === null ? undefined : fieldOf(sending.failure);
  const problem = (field: DraftField): string | undefined => {
    if (tried && 'problems' in checked && checked.problems[field] !== undefined) return checked.problems[field];
    return refusedField === field ? sending.failure?.message : undefined;
  };
  const change = (next: Draft) => {
    if (sending.failure !== null) sending.forget();
    keep(next);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (sending.busy) return;
    setTried(true);
    if ('problems' in checked) {
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    if (!(await sending.run(checked.ask, draft.openTerminal))) return;
    forgetDraft(asking);
    onLeave(true);
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
        // A change goes back to its request; from a new ask the window's own Esc leads on.
        if (event.key !== 'Escape' || event.isDefaultPrevented() || amended === null) return;
        event.preventDefault();
        onLeave(false);
      }}
    >
      <Page
        title={amended === null ? words.title(targetsInWords(names)) : words.amendTitle(targetsInWords(names))}
        head={<AskHead targets={entries.map((entry) => entry.target)} onLeave={() => onLeave(false)} />}
        foot={
          <div className={classes.foot}>
            {amended === null ? (
              <Checkbox
                label={names.length === 1 ? words.openTerminal : words.openTerminals}
                checked={draft.openTerminal}
                onChange={(event) => change({ ...draft, openTerminal: event.currentTarget.checked })}
              />
            ) : (
              <span />
            )}
            <Button type="submit" loading={sending.busy}>
              {amended !== null ? words.amend : names.length === 1 ? words.send : words.sendSeveral(names.length)}
            </Button>
          </div>
        }
      >
        <div className={classes.fields}>
          {draft.byLink && <Notice icon={IconLink}>{words.byLink}</Notice>}
          {amended !== null && (
            <Notice icon={IconPencil} tone={amended.decisions.length > 0 ? 'warm' : 'quiet'}>
              {words.amendText(amended.decisions.filter((d) => d.verdict === 'approve').length)}
            </Notice>
          )}
          <LoginChoice
            logins={loginsOf(entries)}
            value={draft.login}
            error={problem('login')}
            onChange={(login) => change(withLogin(draft, entries, login))}
          />
          <RoleChoice
            roles={rolesFor(entries, draft.login)}
            value={offer?.role?.role ?? ''}
            error={problem('role')}
            onChange={(role) => change(withRole(draft, entries, role))}
          />
          {offer !== undefined && (
            <DurationField
              label={words.duration}
              value={draft.duration}
              maxSeconds={offer.maxDurationSeconds}
              error={problem('duration')}
              onChange={(duration) => change({ ...draft, duration })}
            />
          )}
          <Textarea
            label={<FieldName name={words.reason} optional={offer?.reason === 'optional'} />}
            withAsterisk={offer?.reason === 'required'}
            aria-required={offer?.reason === 'required'}
            placeholder={words.reasonPlaceholder}
            rows={3}
            maxLength={2000}
            value={draft.reason}
            error={problem('reason')}
            onChange={(event) => change({ ...draft, reason: event.currentTarget.value })}
          />
          {offer !== undefined && offer.ticket !== 'none' && (
            <TextInput
              label={<FieldName name={words.ticket} optional={offer.ticket === 'optional'} />}
              withAsterisk={offer.ticket === 'required'}
              aria-required={offer.ticket === 'required'}
              placeholder={words.ticketPlaceholder}
              maxLength={200}
              value={draft.ticket}
              error={problem('ticket')}
              onChange={(event) => change({ ...draft, ticket: event.currentTarget.value })}
            />
          )}
          {offer !== undefined && <WhoApproves draft={draft} offer={offer} />}
          <StartChoice
            value={draft.begins}
            error={problem('begins')}
            onChange={(begins) => change({ ...draft, begins })}
          />
          <Checkbox
            label={words.endsWithSession}
            description={words.endsWithSessionText}
            checked={draft.endsWithSession}
            onChange={(event) => change({ ...draft, endsWithSession: event.currentTarget.checked })}
          />
          {direct.length > 0 && <Notice icon={IconRouteOff}>{words.direct(targetsInWords(direct))}</Notice>}
          {refusedField === undefined && <FailureLine failure={sending.failure} />}
          {amended === null && (
            <SaveTemplate draft={draft} targets={names} durationSeconds={parseDuration(draft.duration) ?? 3600} />
          )}
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
