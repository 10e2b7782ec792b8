import type { AccessibleTarget, AccessOption } from '../../../protocol/model/access.ts';
import type { Person } from '../../../protocol/model/identity.ts';

/** Somebody of the org of the pictures. */
export function person(name: string, over: Partial<Person> = {}): Person {
  const first = name.split(' ')[0]?.toLowerCase() ?? '';
  return {
    id: `per_${first.padEnd(12, '0')}`,
    name,
    email: `${first}@example.com`,
    groups: [],
    duties: ['requester'],
    standsInFor: [],
    ...over,
  };
}

export const erin = person('Erin Okafor', { groups: ['payments'] });
export const dana = person('Dana Novak', { groups: ['dba', 'sre'], duties: ['requester', 'approver'] });
export const sam = person('Sam Lee', { groups: ['security'], duties: ['requester', 'approver'] });
export const priya = person('Priya Raman', { groups: ['payments'] });
export const tomas = person('Tomás Vega', { groups: ['storefront'] });

/** A way onto a target. */
export function option(over: Partial<AccessOption> = {}): AccessOption {
  return {
    role: 'production',
    description: 'Incident work and releases on production servers',
    logins: ['deploy', 'root'],
    maxDurationSeconds: 4 * 3600,
    reason: 'required',
    ticket: 'none',
    needs: [{ groups: ['dba', 'security'], count: 1 }],
    ...over,
  };
}

function entry(
  name: string,
  description: string,
  labels: Record<string, string>,
  options = [option()],
): AccessibleTarget {
  return { target: { name, description, labels, via: 'gateway' }, options };
}

const both = [
  option({
    role: 'orders-read',
    description: 'Look things up, change nothing',
    logins: ['readonly'],
    maxDurationSeconds: 8 * 3600,
    reason: 'optional',
    needs: [{ groups: ['dba'], count: 1 }],
  }),
  option({
    role: 'orders-admin',
    description: 'Schema changes and repairs, with four eyes',
    logins: ['readonly', 'postgres'],
    maxDurationSeconds: 3600,
    ticket: 'required',
    needs: [
      { groups: ['dba'], count: 1 },
      { groups: ['security'], count: 1 },
    ],
  }),
];

export const access: AccessibleTarget[] = [
  entry('billing-app', 'Billing, production', { env: 'production', kind: 'app' }),
  entry('billing-worker', 'Invoice worker', { env: 'production', kind: 'app' }),
  entry('orders-db', 'Orders database', { env: 'production', kind: 'database' }, both),
  entry('staging-web', 'Staging web server', { env: 'staging', kind: 'web' }, [
    option({ role: 'staging', description: '', reason: 'optional', needs: [{ groups: ['sre'], count: 1 }] }),
  ]),
  entry('warehouse-etl', 'Nightly loads', { env: 'production', kind: 'batch', team: 'data' }),
  {
    target: {
      name: 'edge-router',
      description: 'Border router, office',
      labels: { env: 'production', kind: 'network' },
      via: 'direct',
    },
    options: [option({ role: 'network', logins: ['netadmin'], description: '' })],
  },
];

/** The target of that name. */
export function target(name: string): AccessibleTarget['target'] {
  const found = access.find((one) => one.target.name === name);
  if (found === undefined) throw new Error(`no target ${name}`);
  return found.target;
}
