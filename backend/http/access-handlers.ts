import type { Certificates } from '../grants/certificates.ts';
import type { Grants } from '../grants/grants.ts';
import type { Requests } from '../requests/requests.ts';
import type { Handlers } from './handlers.ts';

/** Asking and deciding. */
export function requestHandlers(requests: Requests) {
  return {
    'requests.dryRun': ({ caller, input }) => requests.dryRun(caller.person, input.body),
    'requests.create': ({ caller, input }) => requests.create(caller.person, input.body),
    'requests.show': ({ caller, input }) => requests.show(caller.person, input.params.id),
    'requests.cancel': ({ caller, input }) => requests.cancel(caller.person, input.params.id),
    'requests.decide': ({ caller, input }) => requests.decide(caller.person, input.params.id, input.body),
  } satisfies Partial<Handlers>;
}

/** Using and ending what was given. */
export function grantHandlers(grants: Grants, certificates: Certificates) {
  return {
    'grants.certificate': ({ caller, input }) =>
      certificates.issue(caller.person, input.params.id, input.body.publicKey),
    'grants.release': ({ caller, input }) => grants.release(caller.person, input.params.id),
    'grants.revoke': ({ caller, input }) => grants.revoke(caller.person, input.params.id, input.body.reason),
  } satisfies Partial<Handlers>;
}
