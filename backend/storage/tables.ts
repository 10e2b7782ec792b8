import type { Generated } from 'kysely';
import type { ApprovalRequirement } from '../../protocol/model/approval.ts';
import type { Verdict } from '../../protocol/model/decision.ts';
import type { EndReason, SessionLimits } from '../../protocol/model/grant.ts';
import type { RequestState } from '../../protocol/model/request.ts';
import type { Target } from '../../protocol/model/target.ts';
import type { Json } from './tables/json.ts';
import type { AuditTable, OutboxTable } from './tables/log.ts';
import type { PeopleOnlineTable, PresenceLeasesTable } from './tables/presence.ts';
import type {
  LoginAttemptsTable,
  OneTimeCodesTable,
  PeopleTable,
  SignInsTable,
  TokensTable,
} from './tables/sign-in.ts';

/* Moments are epoch milliseconds (bigint, read as numbers). */

/** What the role said of the grant's length and end when it was asked for. */
export interface GrantTerms {
  drainSeconds: number;
  onScreenLock: 'keep' | 'end';
  /** The longest extension, seconds. */
  maxSeconds: number;
  /** How many extensions there may be. */
  maxExtensions: number;
}

export interface RequestsTable {
  id: string;
  requester_id: string;
  target: Json<Target>;
  login: string;
  role: string;
  duration_seconds: number;
  reason: string;
  ticket: string;
  state: RequestState;
  created_at: number;
  lapses_at: number;
  closed_at: number | null;
  /** The role's rules when it was asked for: a later policy does not change what was asked. */
  requirements: Json<ApprovalRequirement[]>;
  /** All groups of the requirements. */
  approver_groups: string[];
  limits: Json<SessionLimits>;
  revision: Generated<number>;
  batch_id: string | null;
  /** The grant that this asks to make longer. */
  extends_grant_id: string | null;
  starts_at: number | null;
  ends_with_session: Generated<boolean>;
  terms: Json<GrantTerms>;
}

export interface DecisionsTable {
  id: string;
  request_id: string;
  approver_id: string;
  groups: string[];
  verdict: Verdict;
  reason: string;
  duration_seconds: number | null;
  at: number;
  /** The revision of the request that it is about. */
  revision: Generated<number>;
  /** The absent approver in whose name it was said. */
  on_behalf_of: string | null;
}

export interface GrantsTable {
  id: string;
  request_id: string;
  requester_id: string;
  target: Json<Target>;
  login: string;
  role: string;
  limits: Json<SessionLimits>;
  approver_groups: string[];
  starts_at: number;
  ends_at: number;
  ended_at: number | null;
  end_reason: EndReason | null;
  ended_by: string | null;
  end_note: string;
  ends_with_session: Generated<boolean>;
  terms: Json<GrantTerms>;
  /** How often it was made longer. */
  extensions: Generated<number>;
  /** When its apps were told that it has begun; null until then. */
  start_announced_at: number | null;
}

/** Who takes an absent approver's place, until then. One row a person; the log has the history. */
export interface DelegationsTable {
  person_id: string;
  stand_in_id: string;
  until: number;
  created_at: number;
}

/** Every certificate that left the CA for a grant. The certificate itself is public, the key never passes here. */
export interface CertificatesTable {
  /** Decimal, as it stands in the certificate. */
  serial: string;
  grant_id: string;
  person_id: string;
  key_id: string;
  /** `SHA256:…` of the certified public key. */
  fingerprint: string;
  principal: string;
  valid_after: number;
  valid_before: number;
  issued_at: number;
}

export interface SessionsTable {
  id: string;
  grant_id: string;
  person_id: string;
  opened_at: number;
  ended_at: number | null;
  end_reason: string | null;
  client_address: string;
  /** The node that carries it; null for those of before there were any. */
  node_id: string | null;
}

export interface NodesTable {
  id: string;
  started_at: number;
  /** When it last said that it lives, by the database's clock. */
  seen_at: number;
  /** So long after that it is alive, ms. */
  lease_ms: number;
  /** When another node found that it is not. */
  lost_at: number | null;
}

export interface Tables {
  people: PeopleTable;
  sign_ins: SignInsTable;
  tokens: TokensTable;
  one_time_codes: OneTimeCodesTable;
  login_attempts: LoginAttemptsTable;
  requests: RequestsTable;
  decisions: DecisionsTable;
  grants: GrantsTable;
  certificates: CertificatesTable;
  nodes: NodesTable;
  sessions: SessionsTable;
  delegations: DelegationsTable;
  audit: AuditTable;
  outbox: OutboxTable;
  presence_leases: PresenceLeasesTable;
  people_online: PeopleOnlineTable;
}
