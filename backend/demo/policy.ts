export interface DemoTarget {
  address: string;
  port: number;
  /** The one account that can log in. */
  login: string;
  hostKeyLine: string;
}

/** The policy of the demo: several names for the one demo host, so that each set of rules can be seen. */
export function demoPolicy({ address, port, login, hostKeyLine }: DemoTarget): string {
  const target = (name: string, description: string, labels: string, via = 'gateway'): string => `
  - name: ${name}
    description: ${description}
    address: ${address}
    port: ${port}
    via: ${via}
    labels: ${labels}
    hostKeys:
      - ${hostKeyLine.split(' ').slice(0, 2).join(' ')}`;
  return `# The demo writes this file at every start. While it runs, change it and see: it is read again at once, and a file
# with an error is refused with line and field while the old policy stays in force.
version: 1

duties:
  auditors: [audit]
  admins: [platform-admins]

standIns: { groups: [engineering, dba, security] }

targets:${target('staging-web', 'Staging web server', '{ env: staging, kind: web }')}
${target('billing-app', 'Billing, production', '{ env: production, kind: app }')}
${target('orders-db', 'Orders database, production', '{ env: production, kind: database }')}
${target('reports-db', 'Reports database, for long queries', '{ env: reports, kind: database }')}
${target('build-box', 'Build machine, reached without the gateway', '{ env: build, kind: build }', 'direct')}

roles:
  - name: staging
    description: Try things out; a colleague or an approver says yes
    requesters: { groups: [engineering] }
    targets: { labels: { env: staging } }
    logins: [${login}]
    maxDuration: 4h
    reason: optional
    approvals:
      - { groups: [engineering, dba, security], count: 1 }
    session: { shell: true, exec: true, sftp: true, forward: true }

  - name: production
    description: Work on production applications
    requesters: { groups: [engineering] }
    targets: { labels: { env: production, kind: app } }
    logins: [${login}]
    maxDuration: 1h
    ticket: optional
    approvals:
      - { groups: [dba, security], count: 1 }

  - name: production-database
    description: Work on production databases; the database team and security both say yes
    requesters: { groups: [engineering] }
    targets: { labels: { env: production, kind: database } }
    logins: [${login}]
    maxDuration: 30m
    ticket: optional
    approvals:
      - { groups: [dba], count: 1 }
      - { groups: [security], count: 1 }
    session: { shell: true, exec: true, sftp: false }
    onScreenLock: end

  - name: reports
    description: Run long queries; what is open at the end has two more minutes
    requesters: { groups: [engineering] }
    targets: { labels: { env: reports } }
    logins: [${login}]
    maxDuration: 2h
    reason: optional
    approvals:
      - { groups: [dba, security], count: 1 }
    drain: 2m

  - name: build
    description: Look after the build machine, which trusts the direct CA and is not behind the gateway
    requesters: { groups: [engineering] }
    targets: { names: [build-box] }
    logins: [${login}]
    maxDuration: 1h
    reason: optional
    approvals:
      - { groups: [dba, security], count: 1 }
`;
}
