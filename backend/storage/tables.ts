import type { Generated, JSONColumnType } from 'kysely';
import type { ApprovalRequirement } from '../../protocol/model/approval.ts';
import type { AuditEntry } from '../../protocol/model/audit.ts';
import type { Verdict } from '../../protocol/model/decision.ts';
import type { EndReason, SessionLimits } from '../../protocol/model/grant.ts';
import type { RequestState } from '../../protocol/model/request.ts';
import type { Target } from '../../protocol/model/target.ts';

/** Written with JSON.stringify, read as the parsed object. */
type Json<T extends object> = JSONColumnType<T>;

/* Moments are epoch milliseconds (bigint, read as numbers). Tokens and codes are stored as SHA-256, never as they are. */

export interface PeopleTable {
  id: string;
  /** Identity: (issuer, subject) of the OIDC provider; e-mail addresses change hands. */
  issuer: string;
  subject: string;
  email: string;
  name: string;
  groups: string[];
  created_at: number;
  last_seen: number;
}

/** One signed-in app. The sign-in is the family for reuse detection: ending it ends every token of it. */
export interface SignInsTable {
  id: string;
  person_id: string;
  created_at: number;
  last_used_at: number;
  /** Short description of the app, from its User-Agent. */
  client: string;
  /** The identity provider's tokens, sealed with a key outside the database; null when none are kept. */
  provider_tokens: Buffer | null;
  /** When the identity provider last said that this person is still theirs. */
  confirmed_at: Generated<number>;
  ended_at: number | null;
  end_reason: string | null;
}

export interface TokensTable {
  hash: Buffer;
  kind: 'access' | 'refresh';
  sign_in_id: string;
  created_at: number;
  expires_at: number;
  /** When a refresh token was traded, or an access token first presented. */
  used_at: number | null;
  /** A refresh token being traded right now, by whoever came first; null when nobody does. */
  claimed_until: number | null;
  /** Hash of the refresh token that was traded for this one. */
  issued_for: Buffer | null;
  /** When this one was replaced because its reply never arrived. Presenting it after that is reuse. */
  superseded_at: number | null;
}

/** Codes that the browser carries to the app: one use, bound to the app's PKCE challenge and redirect. */
export interface OneTimeCodesTable {
  hash: Buffer;
  sign_in_id: string;
  code_challenge: string;
  redirect_uri: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

/** Browser sign-ins under way, between our redirect to the identity provider and its callback. */
export interface LoginAttemptsTable {
  /** Hash of the `state` we gave the provider. */
  state_hash: Buffer;
  /** Hash of the cookie in the browser that began it (login CSRF). */
  cookie_hash: Buffer;
  app_state: string;
  app_redirect_uri: string;
  app_code_challenge: string;
  provider_code_verifier: string;
  provider_nonce: string;
  created_at: number;
  expires_at: number;
}

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
}

/** One leaf of the log. Only `append_log` writes here; the database refuses update, delete and truncate. */
export interface AuditTable {
  seq: number;
  at: number;
  kind: AuditEntry['kind'];
  outcome: AuditEntry['outcome'];
  actor: string;
  actor_name: string;
  subject: string;
  code: string;
  message: string;
  details: Json<Record<string, unknown>>;
  /** The exact text that is hashed: a JSON array of the columns above, in order. */
  leaf: string;
  /** SHA-256(0x00 ‖ leaf), an RFC 6962 leaf hash: what the transparency log will build its tree on. */
  leaf_hash: Buffer;
}

/** Events for apps, numbered in the order in which their transactions commit. Only `append_log` writes here. */
export interface OutboxTable {
  id: Generated<number>;
  at: number;
  kind: string;
  event: Json<Record<string, unknown>>;
  /** Person ids; null is everybody. */
  audience: string[] | null;
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
  sessions: SessionsTable;
  delegations: DelegationsTable;
  audit: AuditTable;
  outbox: OutboxTable;
}
