import { dirname, relative } from 'node:path';
import { paths } from '../../../protocol/api/routes.ts';
import type { Answers } from './answers.ts';

/** Where the files of a configuration lie, as absolute paths. */
export interface Layout {
  readonly policy: string;
  readonly clientSecret: string;
  /** Undefined: the embedded database. */
  readonly databaseUrl: string | undefined;
  readonly keys: string;
  readonly sealing: { readonly keyFile: string } | { readonly passphraseFile: string };
}

/** The configuration file. Texts are quoted as JSON, which YAML reads the same way. */
export function configText(answers: Answers, layout: Layout): string {
  const folder = dirname(answers.config);
  const q = (text: string): string => JSON.stringify(text);
  const near = (path: string): string => {
    const name = relative(folder, path);
    return q(name.startsWith('..') ? path : name);
  };
  const { http, gateway } = answers;
  const sealing =
    'keyFile' in layout.sealing
      ? `keyFile: ${near(layout.sealing.keyFile)}`
      : `passphraseFile: ${near(layout.sealing.passphraseFile)}`;
  const database =
    layout.databaseUrl === undefined
      ? '# database: { urlFile: database-url }  # a PostgreSQL of your own in place of the embedded one'
      : `database: { urlFile: ${near(layout.databaseUrl)} }`;
  return `# Written by \`sallyport init\`. Paths are taken from this file's folder; secrets are never in it.
org: { name: ${q(answers.orgName)} }
data: ${q(answers.data)}  # the embedded database and the sealed keys
http:
  host: ${q(http.host)}
  port: ${http.port}
  publicUrl: ${q(answers.publicUrl)}
  trustProxy: ${JSON.stringify(http.trustProxy)}  # who may say where a call comes from
gateway:
  host: "0.0.0.0"
  port: ${gateway.port}
  advertised: { host: ${q(gateway.host)}, port: ${gateway.port} }  # what apps are told
${database}
keys:
  folder: ${q(layout.keys)}
  sealedWith: { ${sealing} }  # back it up apart from the sealed keys
policy: ${near(layout.policy)}  # read again whenever it changes
identityProvider:
  issuer: ${q(answers.issuer)}
  clientId: ${q(answers.clientId)}
  clientSecretFile: ${near(layout.clientSecret)}
  groupsClaim: ${q(answers.groupsClaim)}
  prompt: login  # select_account for Google; '' for none
  clientAuthentication: basic  # post: the secret goes in the body
log: { level: info }
`;
}

/** A policy under which nobody gets anything. */
export const STARTER_POLICY = `# Which targets there are, and who may ask for what. Nobody gets anything until you write it here.
# Check a changed file before you save it in this place: sallyport policy check FILE
version: 1

duties:
  auditors: []  # groups that may read the audit log
  admins: []  # groups that may revoke any grant; they approve nothing by that

targets: []
roles: []

# An example. Take the two lines above away, and the "# " before these:
#
# targets:
#   - name: db-1
#     description: Orders database
#     address: 10.0.3.11
#     labels: { env: production }
#     hostKeys:  # from the target: cat /etc/ssh/ssh_host_ed25519_key.pub
#       - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
#
# roles:
#   - name: production
#     description: Work on production machines
#     requesters: { groups: [engineering] }
#     targets: { labels: { env: production } }
#     logins: [deploy]
#     maxDuration: 1h
#     approvals:
#       - { groups: [dba] }
`;

export interface Done {
  readonly written: readonly string[];
  readonly kept: readonly string[];
  /** Settings that the earlier configuration had beyond the questions. */
  readonly takenOver: readonly string[];
  readonly userCaLine: string;
  /** Undefined: they belong to whoever ran this. */
  readonly owner: string | undefined;
  readonly asRoot: boolean;
}

/** What is left to do, in the order in which to do it. */
export function nextSteps(answers: Answers, { written, kept, takenOver, userCaLine, owner, asRoot }: Done): string {
  const { publicUrl, config } = answers;
  const url = new URL(publicUrl);
  const org = url.protocol === 'https:' ? url.host : encodeURIComponent(url.origin);
  const byDefault = config === '/etc/sallyport/backend.yaml';
  const named = byDefault ? '' : ` --config ${config}`;
  const start = owner !== undefined && byDefault ? 'systemctl enable --now sallyport' : `sallyport serve${named}`;
  const section = (title: string, lines: readonly string[]): string[] => [
    '',
    title,
    ...lines.map((line) => `  ${line}`),
  ];
  return [
    'Written:',
    ...written.map((path) => `  ${path}`),
    ...(kept.length > 0 ? section('Left as it was:', kept) : []),
    ...(takenOver.length > 0 ? section('Taken over from the earlier configuration:', takenOver) : []),
    ...(owner === undefined && asRoot ? ['', 'There is no user "sallyport" here: the backend would run as root.'] : []),
    ...section('At the identity provider, enter this redirect address for the client:', [
      `${publicUrl}${paths.callback}`,
    ]),
    ...section('Then:', [`sallyport doctor${named}`, start]),
    ...section('On each target, put this line into /etc/ssh/sallyport_user_ca.pub:', [userCaLine]),
    ...section('and this one into /etc/ssh/sshd_config, and write the target into the policy:', [
      'TrustedUserCAKeys /etc/ssh/sallyport_user_ca.pub',
    ]),
    ...section('For people who have the app:', [`sallyport://join?org=${org}`]),
  ].join('\n');
}
