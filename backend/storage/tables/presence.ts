/** Until when what a node said of its people is good. */
export interface PresenceLeasesTable {
  node_id: string;
  /** By the database's clock. */
  until: Date;
}

/** Who has an event stream open at a node. */
export interface PeopleOnlineTable {
  node_id: string;
  person_id: string;
}
