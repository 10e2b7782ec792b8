import { AppError } from '../../../protocol/errors.ts';
import type { AuditKind } from '../../../protocol/model/audit.ts';
import type { TestBackend, TestClient } from '../../support/backend.ts';

const NAMES = ['erin', 'enzo', 'dana', 'sam', 'uma', 'ada'] as const;
export type DemoName = (typeof NAMES)[number];

/** Everybody of the demo, signed in. */
export async function signInAll(backend: TestBackend): Promise<Record<DemoName, TestClient>> {
  const people = {} as Record<DemoName, TestClient>;
  for (const name of NAMES) people[name] = await backend.signIn(name);
  return people;
}

/** The newest entry of a kind, as an auditor reads it. */
export async function lastAudit(auditor: TestClient, kind: AuditKind) {
  return (await auditsOf(auditor, kind)).at(-1);
}

/** All entries of a kind, in order. */
export async function auditsOf(auditor: TestClient, kind: AuditKind) {
  const all = [];
  for (let after = 0; ; ) {
    const { entries } = await auditor.call('audit.list', { query: { after, limit: 1000 } });
    if (entries.length === 0) return all.filter((entry) => entry.kind === kind);
    all.push(...entries);
    after = entries.at(-1)?.seq ?? after;
  }
}

/** The code of the refusal that an act meets; "done" when it is not refused. */
export async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return 'done';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}
