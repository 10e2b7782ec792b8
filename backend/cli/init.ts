import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type ServiceUser, userNamed } from '../doctor/service-user.ts';
import { DEFAULT_CONFIG } from './commands.ts';
import { type Answers, gatherAnswers } from './init/answers.ts';
import { makePlan, refuseWhatIsThere } from './init/plan.ts';
import { Terminal } from './init/terminal.ts';
import { nextSteps } from './init/texts.ts';
import { carryOut } from './init/write.ts';
import { readOptions } from './options.ts';

/** Whom the packages make, and whom everything is given to when root runs this. */
const SERVICE_USER = 'sallyport';
/** More than any secret; a terminal's worth of something else is a mistake. Bytes. */
const LONGEST_SECRET = 64 * 1024;

/** `sallyport init`: asks, or takes options, and writes a configuration that the backend starts with. */
export async function runInit(words: readonly string[]): Promise<void> {
  const { options } = readOptions(words, {
    'org-name': 'text',
    'public-url': 'text',
    'http-host': 'text',
    'http-port': 'text',
    'trust-proxy': 'list',
    'gateway-host': 'text',
    'gateway-port': 'text',
    issuer: 'text',
    'client-id': 'text',
    'client-secret-file': 'text',
    'groups-claim': 'text',
    database: 'text',
    'database-url-file': 'text',
    data: 'text',
    config: 'text',
    'passphrase-file': 'text',
    policy: 'text',
    yes: 'flag',
    offline: 'flag',
    force: 'flag',
  });
  const asks = process.stdin.isTTY === true && process.stderr.isTTY === true && !options.yes;
  // Nobody is asked a dozen questions to hear at the end that it was for nothing.
  if (asks && !options.force) await refuseWhatIsThere([resolve(options.config ?? DEFAULT_CONFIG)]);
  const terminal = asks ? new Terminal() : undefined;
  try {
    const answers = await gatherAnswers(options, {
      terminal,
      regardless: options.offline,
      readSecret,
      warn: (sentence) => console.error(sentence),
    });
    await setUp(answers, options.force, terminal);
  } finally {
    terminal?.close();
  }
}

async function setUp(answers: Answers, force: boolean, terminal: Terminal | undefined): Promise<void> {
  const asRoot = process.getuid?.() === 0;
  const owner = asRoot ? await userNamed(SERVICE_USER) : undefined;
  const plan = await makePlan(answers, owner ?? whoRunsThis(), force);
  if (terminal) {
    terminal.say(`\nThis will be written:\n${plan.files.map(({ path }) => `  ${path}`).join('\n')}`);
    if (plan.newKeys) terminal.say(`  ${plan.newKeys.folder}`);
    if (!(await terminal.agree('Write it?', true))) {
      terminal.say('Nothing was written.');
      process.exitCode = 1;
      return;
    }
  }
  const written = await carryOut(plan, owner, new Date());
  const userCaLine = (await readFile(join(plan.layout.keys, 'user-ca.pub'), 'utf8')).trim();
  console.log(
    nextSteps(answers, { written, kept: plan.kept, takenOver: plan.takenOver, userCaLine, owner: owner?.name, asRoot }),
  );
}

function whoRunsThis(): ServiceUser {
  const uid = process.getuid?.() ?? 0;
  return { name: 'that runs this', uid, gids: [process.getgid?.() ?? 0, ...(process.getgroups?.() ?? [])] };
}

/** A secret that a script hands over. */
async function readSecret(): Promise<string> {
  if (process.stdin.isTTY) return '';
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > LONGEST_SECRET) return '';
  }
  return Buffer.concat(chunks).toString('utf8');
}
