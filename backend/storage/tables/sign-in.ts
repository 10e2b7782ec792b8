import type { Generated } from 'kysely';

/* Tokens and codes are stored as SHA-256, never as they are. */

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
