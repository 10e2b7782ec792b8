/** The backends that run on this database now. */
export interface NodesTable {
  id: string;
  /** By the database's clock. What a node said is good until then. */
  alive_until: Date;
}

/** Who has an event stream open at a node. */
export interface PeopleOnlineTable {
  node_id: string;
  person_id: string;
}
