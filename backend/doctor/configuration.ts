import { dirname } from 'node:path';
import type { Places } from '../config.ts';
import { type FileFacts, factsOfFile, othersMayWrite, troubleWithSecret } from './file-facts.ts';
import { type Finding, findingsOf } from './finding.ts';
import type { ServiceUser } from './service-user.ts';

const { ok, wrong } = findingsOf('configuration');

export interface ConfigurationFacts {
  readonly file: FileFacts;
  readonly folder: FileFacts;
  readonly secrets: readonly { readonly what: string; readonly path: string; readonly facts: FileFacts | undefined }[];
}

export async function probeConfiguration(file: string, places: Places): Promise<ConfigurationFacts> {
  const [own, folder] = await Promise.all([factsOfFile(file), factsOfFile(dirname(file))]);
  const named: [string, string | undefined][] = [
    ['client secret file', places.clientSecret],
    ['database URL file', process.env.DATABASE_URL ? undefined : places.databaseUrl],
    ['passphrase file', 'passphraseFile' in places.sealing ? places.sealing.passphraseFile : undefined],
  ];
  const missing = (path: string): FileFacts => ({ path, mode: 0, uid: -1, gid: -1 });
  return {
    file: own ?? missing(file),
    folder: folder ?? missing(dirname(file)),
    secrets: await Promise.all(
      named.flatMap(([what, path]) =>
        path === undefined ? [] : [factsOfFile(path).then((facts) => ({ what, path, facts }))],
      ),
    ),
  };
}

/** Who can change the configuration can name a policy of their own. */
export function judgeConfiguration({ file, folder, secrets }: ConfigurationFacts, service: ServiceUser): Finding[] {
  const troubles: string[] = [];
  for (const each of [file, folder])
    if (othersMayWrite(each, service))
      troubles.push(
        `Others than root may change ${each.path}; run: chown root ${each.path} && chmod go-w ${each.path}`,
      );
  for (const { what, path, facts } of secrets) {
    const trouble = troubleWithSecret(what, facts, path, service);
    if (trouble) troubles.push(trouble);
  }
  if (troubles.length > 0) return troubles.map(wrong);
  const secretly = secrets.length > 0 ? ', and what is secret is kept from others' : '';
  return [ok(`${file.path} can be read${secretly}.`)];
}
