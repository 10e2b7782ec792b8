import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprint, parseKeyLine } from '../../protocol/ssh/public-key.ts';
import { type ShownHostKey, showHostKey } from '../gateway/show-host-key.ts';
import { ASK_TIMEOUT_MS } from './ask.ts';
import { type Finding, findingsOf } from './finding.ts';
import type { Running } from './running-backend.ts';

const { ok, warning, wrong } = findingsOf('gateway address');

export interface GatewayAddressFacts {
  readonly host: string;
  readonly port: number;
  readonly shown: ShownHostKey;
  /** Our own host key; undefined: there is none yet. */
  readonly own: Buffer | undefined;
}

export async function probeGatewayAddress(
  { host, port }: { host: string; port: number },
  keyFolder: string,
): Promise<GatewayAddressFacts> {
  const [shown, own] = await Promise.all([
    showHostKey({ host, port, algorithms: ['ssh-ed25519'], timeoutMs: ASK_TIMEOUT_MS }),
    readFile(join(keyFolder, 'gateway-host.pub'), 'utf8')
      .then((line) => parseKeyLine(line).blob)
      .catch(() => undefined),
  ]);
  return { host, port, shown, own };
}

/** Apps pin the gateway's key, as the backend told it: at the address they are given nobody else may answer. */
export function judgeGatewayAddress({ host, port, shown, own }: GatewayAddressFacts, running: Running): Finding[] {
  const where = `${host}, port ${port},`;
  const up = running === 'well';
  if ('why' in shown) {
    if (up)
      return [
        wrong(`The gateway's address ${where} cannot be reached from here: ${shown.why}; check name and firewall.`),
      ];
    if (shown.why === 'its name is not known')
      return [warning(`The gateway's name ${host} is not known: add it to the DNS.`)];
    return [ok(`The gateway's address ${where} answers once the backend runs.`)];
  }
  if (own?.equals(shown.blob)) return [ok(`The gateway answers at ${where} with its own host key.`)];
  return [
    wrong(
      `At the gateway's address ${where} somebody answers with the host key ${fingerprint(shown.blob)}, which is not the gateway's: apps will refuse it; check address and port.`,
    ),
  ];
}
