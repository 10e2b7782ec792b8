import { generateKeyPairSync } from 'node:crypto';
import type { RouteInput } from '../../../protocol/api/route.ts';
import type { Routes } from '../../../protocol/api/routes.ts';
import type { AuditEntry, AuditKind } from '../../../protocol/model/audit.ts';
import type { Grant } from '../../../protocol/model/grant.ts';
import type { AccessRequest } from '../../../protocol/model/request.ts';
import { ed25519Blob, formatKeyLine } from '../../../protocol/ssh/public-key.ts';
import { startTestBackend, type TestBackend, type TestClient } from '../../support/backend.ts';
import { TestClock } from '../auth/org.ts';

const HOST_KEY = formatKeyLine(ed25519Blob(generateKeyPairSync('ed25519').publicKey));

/** One target for each rule about the length of access. Nothing answers there. */
export const LENGTHS_POLICY = `
version: 1
duties: { auditors: [audit], admins: [platform-admins] }
targets:
  - { name: web-1, address: 127.0.0.1, port: 9, labels: { env: staging }, hostKeys: [${HOST_KEY}] }
  - { name: slow-1, address: 127.0.0.1, port: 9, labels: { env: slow }, hostKeys: [${HOST_KEY}] }
  - { name: once-1, address: 127.0.0.1, port: 9, labels: { env: once }, hostKeys: [${HOST_KEY}] }
  - { name: near-1, address: 192.0.2.7, port: 2200, via: direct, labels: { env: near }, hostKeys: [${HOST_KEY}] }
roles:
  - name: staging
    requesters: { groups: [engineering] }
    targets: { labels: { env: staging } }
    logins: [deploy]
    maxDuration: 10m
    maxExtensions: 2
    ticket: optional
    approvals: [{ groups: [dba] }, { groups: [security] }]
  - name: slow
    requesters: { groups: [engineering] }
    targets: { labels: { env: slow } }
    logins: [deploy]
    maxDuration: 10m
    drain: 60s
    reason: optional
    approvals: [{ groups: [dba, security] }]
  - name: once
    requesters: { groups: [engineering] }
    targets: { labels: { env: once } }
    logins: [deploy]
    maxDuration: 10m
    maxExtensions: 0
    reason: optional
    approvals: [{ groups: [dba, security] }]
  - name: near
    requesters: { groups: [engineering] }
    targets: { labels: { env: near } }
    logins: [deploy]
    maxDuration: 10m
    reason: optional
    approvals: [{ groups: [dba, security] }]
    session: { forward: true }
`;

export type Who = 'erin' | 'enzo' | 'dana' | 'sam' | 'uma' | 'ada';
export const keyLine = (): string => formatKeyLine(ed25519Blob(generateKeyPairSync('ed25519').publicKey));

/** A whole backend whose clock can be set forward, with everybody signed in. */
export class Stage {
  readonly clock: TestClock;
  readonly backend: TestBackend;
  readonly people: Record<Who, TestClient>;

  private constructor(clock: TestClock, backend: TestBackend, people: Record<Who, TestClient>) {
    this.clock = clock;
    this.backend = backend;
    this.people = people;
  }

  static async start(): Promise<Stage> {
    const clock = new TestClock();
    const backend = await startTestBackend({ policy: LENGTHS_POLICY, clock });
    const people = {} as Record<Who, TestClient>;
    for (const who of ['erin', 'enzo', 'dana', 'sam', 'uma', 'ada'] as const) people[who] = await backend.signIn(who);
    return new Stage(clock, backend, people);
  }

  dispose(): Promise<void> {
    return this.backend.dispose();
  }

  ask(changes: Partial<RouteInput<Routes['requests.create']>['body']> = {}): Promise<AccessRequest> {
    const body = { target: 'web-1', login: 'deploy', durationSeconds: 60, reason: 'x', ...changes };
    return this.people.erin.call('requests.create', { body });
  }

  /** Both groups say yes, as far as they are asked. */
  async approve({ id, needs }: AccessRequest, durationSeconds?: number): Promise<AccessRequest> {
    const body = { verdict: 'approve', revision: 1, ...(durationSeconds ? { durationSeconds } : {}) } as const;
    const decided = await this.people.dana.call('requests.decide', { params: { id }, body });
    return needs.length < 2 ? decided : this.people.sam.call('requests.decide', { params: { id }, body });
  }

  async given(changes: Parameters<Stage['ask']>[0] = {}): Promise<Grant> {
    const { grantId } = await this.approve(await this.ask(changes));
    return this.grant(grantId ?? '');
  }

  async grant(id: string, who: Who = 'erin'): Promise<Grant> {
    const { grants } = await this.people[who].call('overview.show', {});
    const grant = grants.find((g) => g.id === id);
    if (!grant) throw new Error(`There is no grant ${id}.`);
    return grant;
  }

  more(id: string, changes: { durationSeconds?: number; reason?: string } = {}, who: Who = 'erin') {
    const body = { durationSeconds: 300, reason: 'not done', ...changes };
    return this.people[who].call('grants.extend', { params: { id }, body });
  }

  async audit(subject: string, kind?: AuditKind): Promise<AuditEntry[]> {
    const { entries } = await this.people.uma.call('audit.list', { query: { limit: 1000 } });
    return entries.filter((entry) => entry.subject === subject && (kind === undefined || entry.kind === kind));
  }

  certify(id: string) {
    return this.people.erin.call('grants.certificate', { params: { id }, body: { publicKey: keyLine() } });
  }
}
