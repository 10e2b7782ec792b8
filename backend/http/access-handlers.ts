import type { Delegations } from '../delegation/delegations.ts';
import type { Certificates } from '../grants/certificates.ts';
import type { Extensions } from '../grants/extensions.ts';
import type { Grants } from '../grants/grants.ts';
import type { Decisions } from '../requests/decisions.ts';
import type { Requests } from '../requests/requests.ts';
import type { Handlers } from './handlers.ts';

/** Asking and deciding. */
export function requestHandlers(requests: Requests, decisions: Decisions) {
  return {
    'requests.dryRun': ({ caller, input }) => requests.dryRun(caller.person, input.body),
    'requests.create': ({ caller, input }) => requests.create(caller.person, input.body),
    'requests.show': ({ caller, input }) => requests.show(caller.person, input.params.id),
    'requests.cancel': ({ caller, input }) => requests.cancel(caller.person, input.params.id),
    'requests.decide': ({ caller, input }) => decisions.decide(caller.person, input.params.id, input.body),
    'requests.createBatch': async ({ caller, input }) => ({
      requests: await requests.createBatch(caller.person, input.body),
    }),
    'requests.amend': ({ caller, input }) => requests.amend(caller.person, input.params.id, input.body),
    'requests.facts': ({ caller, input }) => requests.facts(caller.person, input.params.id),
    'requests.decideMany': async ({ caller, input }) => ({
      results: await decisions.decideMany(caller.person, input.body.decisions),
    }),
  } satisfies Partial<Handlers>;
}

/** Having somebody take one's place as an approver. */
export function delegationHandlers(delegations: Delegations) {
  return {
    'delegation.set': ({ caller, input }) => delegations.set(caller.person, input.body.standIn, input.body.until),
    'delegation.end': async ({ caller }) => {
      await delegations.end(caller.person);
      return {};
    },
  } satisfies Partial<Handlers>;
}

/** Using and ending what was given. */
export function grantHandlers(grants: Grants, certificates: Certificates, extensions: Extensions) {
  return {
    'grants.certificate': ({ caller, input }) =>
      certificates.issue(caller.person, input.params.id, input.body.publicKey),
    'grants.release': ({ caller, input }) => grants.release(caller.person, input.params.id),
    'grants.extend': ({ caller, input }) => extensions.ask(caller.person, input.params.id, input.body),
    'grants.revoke': ({ caller, input }) => grants.revoke(caller.person, input.params.id, input.body.reason),
  } satisfies Partial<Handlers>;
}
