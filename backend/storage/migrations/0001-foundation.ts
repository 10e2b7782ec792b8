/** The first tables. Works on PostgreSQL 15 and later. */
export const foundation = `
create table people (
  id text primary key,
  issuer text not null,
  subject text not null,
  email text not null,
  name text not null,
  groups text[] not null,
  created_at bigint not null,
  last_seen bigint not null,
  unique (issuer, subject)
);
create index people_groups on people using gin (groups);

create table sign_ins (
  id text primary key,
  person_id text not null references people,
  created_at bigint not null,
  last_used_at bigint not null,
  client text not null,
  provider_tokens bytea,
  ended_at bigint,
  end_reason text
);
create index sign_ins_person on sign_ins (person_id);

create table tokens (
  hash bytea primary key,
  kind text not null check (kind in ('access', 'refresh')),
  sign_in_id text not null references sign_ins on delete cascade,
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint
);
create index tokens_sign_in on tokens (sign_in_id);
create index tokens_expiry on tokens (expires_at);

create table one_time_codes (
  hash bytea primary key,
  sign_in_id text not null references sign_ins on delete cascade,
  code_challenge text not null,
  redirect_uri text not null,
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint
);

create table login_attempts (
  state_hash bytea primary key,
  cookie_hash bytea not null,
  app_state text not null,
  app_redirect_uri text not null,
  app_code_challenge text not null,
  provider_code_verifier text not null,
  provider_nonce text not null,
  created_at bigint not null,
  expires_at bigint not null
);

create table requests (
  id text primary key,
  requester_id text not null references people,
  target jsonb not null,
  login text not null,
  role text not null,
  duration_seconds integer not null check (duration_seconds > 0),
  reason text not null,
  ticket text not null,
  state text not null check (state in ('pending', 'approved', 'denied', 'cancelled', 'lapsed')),
  created_at bigint not null,
  lapses_at bigint not null,
  closed_at bigint,
  requirements jsonb not null,
  approver_groups text[] not null,
  limits jsonb not null,
  check ((state = 'pending') = (closed_at is null))
);
create index requests_requester on requests (requester_id, created_at);
create index requests_pending on requests (lapses_at) where state = 'pending';
create index requests_closed on requests (closed_at) where closed_at is not null;

create table decisions (
  id text primary key,
  request_id text not null references requests,
  approver_id text not null references people,
  groups text[] not null,
  verdict text not null check (verdict in ('approve', 'deny')),
  reason text not null,
  duration_seconds integer,
  at bigint not null,
  unique (request_id, approver_id)
);

create table grants (
  id text primary key,
  request_id text not null unique references requests,
  requester_id text not null references people,
  target jsonb not null,
  login text not null,
  role text not null,
  limits jsonb not null,
  approver_groups text[] not null,
  starts_at bigint not null,
  ends_at bigint not null check (ends_at > starts_at),
  ended_at bigint,
  end_reason text check (end_reason in ('expired', 'revoked', 'released', 'killed')),
  ended_by text references people,
  end_note text not null default '',
  check ((ended_at is null) = (end_reason is null))
);
create index grants_requester on grants (requester_id, starts_at);
create index grants_open on grants (ends_at) where ended_at is null;
create index grants_ended on grants (ended_at) where ended_at is not null;

create table certificates (
  serial text primary key,
  grant_id text not null references grants,
  person_id text not null references people,
  key_id text not null,
  fingerprint text not null,
  principal text not null,
  valid_after bigint not null,
  valid_before bigint not null,
  issued_at bigint not null
);
create index certificates_grant on certificates (grant_id);

create table sessions (
  id text primary key,
  grant_id text not null references grants,
  person_id text not null references people,
  opened_at bigint not null,
  ended_at bigint,
  end_reason text,
  client_address text not null
);
create index sessions_grant on sessions (grant_id);
create index sessions_open on sessions (opened_at) where ended_at is null;

create table audit (
  seq bigint primary key,
  at bigint not null,
  kind text not null,
  outcome text not null check (outcome in ('done', 'refused')),
  actor text not null,
  actor_name text not null,
  subject text not null,
  code text not null,
  message text not null,
  details jsonb not null,
  leaf text not null,
  leaf_hash bytea not null
);
create index audit_subject on audit (subject) where subject <> '';

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only: % is refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create trigger audit_append_only before update or delete or truncate on audit
  for each statement execute function refuse_audit_change();

create table outbox (
  id bigint generated always as identity primary key,
  at bigint not null,
  kind text not null,
  event jsonb not null,
  audience text[]
);
create index outbox_at on outbox (at);

-- Appends audit entries and events as the last thing of a transaction. The lock is held to the commit, so that numbers
-- are given in commit order: with plain sequences, a reader of "id > cursor" loses what commits late.
create function append_log(entries jsonb, events jsonb) returns void language plpgsql as $$
declare
  entry jsonb;
  next_seq bigint;
  text_of_leaf text;
begin
  perform pg_advisory_xact_lock(7305809155163);
  if jsonb_array_length(entries) > 0 then
    select coalesce(max(seq), 0) into next_seq from audit;
    for entry in select value from jsonb_array_elements(entries) with ordinality order by ordinality loop
      next_seq := next_seq + 1;
      text_of_leaf := jsonb_build_array(
        next_seq, (entry->>'at')::bigint, entry->>'kind', entry->>'outcome', entry->>'actor', entry->>'actorName',
        entry->>'subject', entry->>'code', entry->>'message', entry->'details')::text;
      insert into audit values (
        next_seq, (entry->>'at')::bigint, entry->>'kind', entry->>'outcome', entry->>'actor', entry->>'actorName',
        entry->>'subject', entry->>'code', entry->>'message', entry->'details', text_of_leaf,
        sha256('\\x00'::bytea || convert_to(text_of_leaf, 'UTF8')));
    end loop;
  end if;
  if jsonb_array_length(events) > 0 then
    insert into outbox (at, kind, event, audience)
      select (value->>'at')::bigint, value->>'kind', value->'event',
        case when jsonb_typeof(value->'audience') = 'array'
          then array(select jsonb_array_elements_text(value->'audience')) end
      from jsonb_array_elements(events) with ordinality order by ordinality;
    perform pg_notify('sallyport_outbox', '');
  end if;
end $$;
`;
