import { checksum } from '../storage/migrate.ts';
import { migrations } from '../storage/migrations/index.ts';
import type { AppliedStep, DatabaseFacts } from './database-probe.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warning, wrong } = findingsOf('database');

const OLDEST_MAJOR = 15;
/** A pool of ten, one for LISTEN, and some for those who look after the database. */
const CONNECTIONS_WANTED = 15;

/** Whether the backend can live on a database. @param running its own connections are among those in use */
export function judgeDatabase(facts: DatabaseFacts | { readonly why: string }, running: boolean): Finding[] {
  if ('why' in facts)
    return [
      wrong(`The database cannot be reached: ${facts.why}; check its address, its password and its pg_hba.conf.`),
    ];
  const major = Math.floor(facts.version / 10_000);
  if (major < OLDEST_MAJOR)
    return [wrong(`PostgreSQL ${OLDEST_MAJOR} or later is needed, and this one is ${major}: upgrade it.`)];
  const findings: Finding[] = [];
  if (facts.standby) findings.push(wrong('The database is a standby, which takes no changes: name the primary.'));
  if (facts.encoding !== 'UTF8')
    findings.push(wrong(`The database is in ${facts.encoding}, not in UTF8; make another one with encoding UTF8.`));
  if (!facts.notifies && !facts.standby)
    findings.push(
      wrong('A LISTEN hears no NOTIFY: connect to PostgreSQL itself, not to a pooler that shares connections.'),
    );
  const state = judgeMigrations(facts.migrations);
  if (!facts.mayCreate && !(facts.migrations && state.verdict === 'ok'))
    findings.push(
      wrong('The database user may make no tables; make it the owner of the database, or grant CREATE on the schema.'),
    );
  if (facts.closedTables.length > 0)
    findings.push(
      wrong(`The database user may not use ${facts.closedTables.join(', ')}; connect as the user that made them.`),
    );
  if (state.verdict === 'wrong') findings.push(state);
  if (facts.forgetful)
    findings.push(
      warning(
        'The database may lose acknowledged changes in a power cut: set fsync, full_page_writes and synchronous_commit to on.',
      ),
    );
  const { most, used } = facts.connections;
  if (most < CONNECTIONS_WANTED)
    findings.push(
      warning(
        `The database allows ${most} connections; the backend wants ${CONNECTIONS_WANTED}: raise max_connections or the limit of the user.`,
      ),
    );
  else if (!running && most - used < CONNECTIONS_WANTED)
    findings.push(
      warning(
        `Only ${most - used} of the database's ${most} connections are free; the backend wants ${CONNECTIONS_WANTED}: raise max_connections.`,
      ),
    );
  if (findings.some(({ verdict }) => verdict === 'wrong')) return findings;
  return [ok(`PostgreSQL ${major} can be used; ${state.sentence}`), ...findings];
}

/** The steps that a database has been through, against those that this program knows. */
export function judgeMigrations(
  applied: readonly AppliedStep[] | undefined,
  steps: typeof migrations = migrations,
): Finding {
  if (!applied || applied.length === 0) return ok('its tables are made at the first start.');
  for (const { id, name, checksum: mark } of applied) {
    const step = steps.find((each) => each.id === id);
    if (!step) return wrong(`The database is newer than this program (step ${id}, ${name}); update Sallyport.`);
    if (checksum(step.sql) !== mark)
      return wrong(
        `Step ${id} (${name}) of the database is not this program's: it was made by another build; use that, or a backup.`,
      );
  }
  const missing = steps.length - applied.length;
  if (missing > 0)
    return ok(`its tables are brought up to date (${missing} steps) at the next start: back it up before.`);
  return ok('its tables are up to date.');
}
