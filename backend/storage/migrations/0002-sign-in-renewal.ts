/** What renewing a sign-in has to remember: a renewal under way, which token led to which, when the provider last agreed. */
export const signInRenewal = `
alter table tokens
  add column claimed_until bigint,
  add column issued_for bytea,
  add column superseded_at bigint;
create index tokens_issued_for on tokens (issued_for) where issued_for is not null;

alter table sign_ins add column confirmed_at bigint not null default 0;
`;
