/**
 * Who has an app that listens, at which node. Unlogged: it is true for seconds only, and each node writes its own again
 * when it is gone. The lease is by the database's clock, which is the same one for all nodes.
 */
export const presence = `
create unlogged table presence_leases (
  node_id text primary key,
  until timestamptz not null
);
create unlogged table people_online (
  node_id text not null references presence_leases on delete cascade,
  person_id text not null,
  primary key (person_id, node_id)
);
create index people_online_node on people_online (node_id);
`;
