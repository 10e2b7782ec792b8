/**
 * Requests that are changed, asked for together, later, or for more time; access that drains, ends with its session or
 * begins by itself; and approvers who have somebody take their place.
 */
export const longerAndLater = `
alter table requests
  add column revision integer not null default 1 check (revision > 0),
  add column batch_id text,
  add column extends_grant_id text references grants,
  add column starts_at bigint,
  add column ends_with_session boolean not null default false,
  add column terms jsonb not null default '{"drainSeconds":0,"onScreenLock":"keep","maxSeconds":0,"maxExtensions":0}';
create index requests_extends on requests (extends_grant_id) where extends_grant_id is not null;

alter table decisions
  add column revision integer not null default 1,
  add column on_behalf_of text references people,
  drop constraint decisions_request_id_approver_id_key,
  add constraint decisions_one_word unique (request_id, revision, approver_id);

alter table grants
  add column ends_with_session boolean not null default false,
  add column terms jsonb not null default '{"drainSeconds":0,"onScreenLock":"keep","maxSeconds":0,"maxExtensions":0}',
  add column extensions integer not null default 0,
  add column start_announced_at bigint;
update grants set start_announced_at = starts_at, limits = '{"forward":false}' || limits, target = '{"via":"gateway"}' || target;
update requests set limits = '{"forward":false}' || limits, target = '{"via":"gateway"}' || target;
create index grants_starting on grants (starts_at) where start_announced_at is null and ended_at is null;

create table delegations (
  person_id text primary key references people,
  stand_in_id text not null references people check (stand_in_id <> person_id),
  until bigint not null,
  created_at bigint not null
);
create index delegations_stand_in on delegations (stand_in_id);
`;
