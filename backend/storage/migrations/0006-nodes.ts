/** The nodes of a backend, each alive for as long as it says so, and which of them carries a session. */
export const nodes = `
create table nodes (
  id text primary key,
  started_at bigint not null,
  seen_at bigint not null,
  lease_ms bigint not null check (lease_ms > 0),
  lost_at bigint
);

alter table sessions add column node_id text;
create index sessions_node on sessions (node_id) where ended_at is null;
`;
