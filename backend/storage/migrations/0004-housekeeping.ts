/** What lies by its end, or by the sign-in that it belongs to, is found without reading the whole table. */
export const housekeeping = `
create index login_attempts_expiry on login_attempts (expires_at);
create index one_time_codes_expiry on one_time_codes (expires_at);
create index one_time_codes_sign_in on one_time_codes (sign_in_id);
create index sign_ins_age on sign_ins (created_at);
`;
